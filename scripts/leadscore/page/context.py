"""What every page has at hand: how it was asked for, its words, and the publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from leadscore.page.options import PageOptions
from leadscore.page.published import Published, Row
from leadscore.page.words import Words
from leadscore.page.working import Watch

# Where the page that is to be opened next is kept until then.
GOES_TO = "goes_to"
# What a page of a list has.
PAGE_ROWS = 50
MODELS = "select model_id, coalesce(title, model_id) as title from marts.dim_scoring_models order by model_id"
SEGMENTS = "select segment_id, coalesce(title, segment_id) as title from marts.dim_segments order by 2, 1"
BANDS = """
select band_id, coalesce(title, band_id) as title, action, above, from_score, up_to, below
from marts.dim_score_bands
where model_id = ?
order by coalesce(above, from_score) nulls first, coalesce(up_to, below) nulls last
"""


@dataclass(frozen=True)
class Context:
    """What a page shows, and how.

    Attributes:
        options: How the pages were asked for.
        words: The texts.
        published: The publication.
    """

    options: PageOptions
    words: Words
    published: Published

    @property
    def models(self) -> Mapping[str, str]:
        """The models and their titles."""
        return titles((row["model_id"], row["title"]) for row in self.published.rows(MODELS))

    @property
    def segments(self) -> Mapping[str, str]:
        """The segments and their titles."""
        return titles((row["segment_id"], row["title"]) for row in self.published.rows(SEGMENTS))

    def bands(self, model_id: str) -> Sequence[Row]:
        """The bands of a model, lowest first."""
        return self.published.rows(BANDS, model_id)

    def table(self, rows: Sequence[Row], empty: str = "") -> None:
        """Show rows, whose columns are called as `column_*` says; or that there are none.

        Args:
            rows: The rows, a mapping each.
            empty: What is said instead of an empty table; nothing: that one is shown.
        """
        if empty and not rows:
            st.info(empty)
            return
        st.dataframe(
            rows, column_config=self._columns(rows), hide_index=True, width="stretch", placeholder=""
        )

    def chosen_of(self, rows: Sequence[Row], name: str) -> Row | None:
        """Show rows of which one can be chosen, and say which one is.

        Args:
            rows: The rows, a mapping each; not none.
            name: The table's name, of which the page has no other. Other rows have nothing chosen.
        """
        shown = st.dataframe(
            rows,
            column_config=self._columns(rows),
            hide_index=True,
            width="stretch",
            placeholder="",
            on_select="rerun",
            selection_mode="single-row",
            key=f"{name}_{hash(tuple(map(str, rows)))}",
        )
        selected = shown["selection"]["rows"]
        return rows[selected[0]] if selected else None

    def open_one_of(self, rows: Sequence[Row], name: str) -> None:
        """Show contacts of which one can be opened, on its own page.

        Args:
            rows: The contacts, a mapping each; not none. Without a contact_id none can be opened.
            name: The table's name, of which the page has no other.
        """
        chosen = self.chosen_of(rows, name)
        st.caption(self.words("open_hint"))
        if chosen and "contact_id" in chosen:
            self.go_to("contact", contact=chosen["contact_id"])

    def hand_on(self, chosen: str | None, key: str) -> None:
        """Let what is newly chosen in a table become the value of a widget that is drawn after it.

        Args:
            chosen: What is chosen; None: nothing.
            key: The widget's. What the reader enters there stays until another row is chosen.
        """
        before = f"{key}_chosen"
        if chosen is not None and st.session_state.get(before) != chosen:
            st.session_state[key] = chosen
        st.session_state[before] = chosen

    def pick_page(self, count: int, name: str, *, in_address: bool = False) -> int:
        """Let the reader leaf through a list, and say how many rows are passed over.

        Args:
            count: How many rows the list has.
            name: The list's name, of which the page has no other. Another list begins with its first page.
            in_address: Whether the address has the page.
        """
        pages = max(1, -(-count // PAGE_ROWS))
        if pages == 1:
            return 0
        bound: dict[str, Any] = {"bind": "query-params"} if in_address else {}
        number = st.number_input(self.words("page_of", pages=pages), 1, pages, key=name, **bound)
        return (min(int(number), pages) - 1) * PAGE_ROWS

    def by_band(self, model_id: str, contacts: Mapping[str, int]) -> list[Row]:
        """How many contacts are in each band, the highest first, and in none.

        Args:
            model_id: The model.
            contacts: How many by band_id; empty: in none.
        """
        rows = [
            {"band": title, "contacts": contacts.get(band_id, 0)}
            for band_id, title in titles(
                (band["band_id"], band["title"]) for band in self.bands(model_id)
            ).items()
        ]
        none = [{"band": self.words("no_band"), "contacts": contacts[""]}] if "" in contacts else []
        return rows[::-1] + none

    def _columns(self, rows: Sequence[Row]) -> dict[str, Any]:
        """What the columns are called, and numbers as the reader's own language writes them."""
        return {
            name: st.column_config.NumberColumn(self.words(f"column_{name}"), format="localized")
            if any(isinstance(row[name], int | float) and not isinstance(row[name], bool) for row in rows)
            else st.column_config.Column(self.words(f"column_{name}"))
            for name in (rows[0] if rows else {})
        }

    @contextmanager
    def progress(self, text: str) -> Iterator[Watch]:
        """A bar while work lasts; what is told of it is data.

        Args:
            text: What is being done.
        """
        with st.spinner(text):
            place = st.empty()
            doing = st.empty()

            def watch(share: float, told: str) -> None:
                place.progress(share)
                doing.html(f"<small>{escape(told)}</small>")

            watch(0.0, "")
            yield watch
            place.empty()
            doing.empty()

    def go_to(self, name: str, **address: str) -> None:
        """Open another page.

        Args:
            name: Which of `PAGES`.
            address: What its address says.
        """
        st.session_state[GOES_TO] = (name, address)
        st.rerun()

    def pick_model(self) -> str:
        """Let the reader choose a model; the address of the page has it."""
        models = self.models
        chosen: str = st.selectbox(
            self.words("model"),
            list(models),
            format_func=models.__getitem__,
            key="model",
            bind="query-params",
        )
        return chosen


def titles(named: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Ids and their titles, no two of which are the same: the address of a page has the titles."""
    pairs = list(named)
    often = Counter(title for _, title in pairs)
    return {one: title if often[title] == 1 else f"{title} ({one})" for one, title in pairs}


def heading(text: str, level: int = 1) -> None:
    """A heading that is data: nothing in it is Markdown, or HTML."""
    st.html(f"<h{level}>{escape(text)}</h{level}>")


def lines(*texts: str) -> None:
    """Lines of data, as they are; empty ones are left out."""
    if any(texts):
        st.html("".join(f"<div>{escape(text)}</div>" for text in texts if text))
