"""The list of contacts: filtered, sorted and paged in the database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from leadscore.exports.columns import spreadsheet_safe_sql
from leadscore.page.context import PAGE_ROWS, Context, titles
from leadscore.page.published import Published, Row

DOWNLOAD_ROWS = 100_000
# Columns that can be shown -> their SQL.
COLUMNS = {
    "contact_id": "scores.contact_id",
    "name": "nullif(concat_ws(' ', people.first_name, people.last_name), '')",
    "company_name": "people.company_name",
    "job_title": "people.job_title",
    "email": "people.email",
    "email_status": "people.email_status",
    "phone": "people.phone",
    "account_id": "people.account_id",
    "industry": "people.industry",
    "city": "people.city",
    "country": "people.country",
    "score": "scores.score::double",
    "band": "coalesce(scores.band_title, scores.band_id)",
    "score_rank": "scores.score_rank",
    "percentile": "scores.percentile::double",
    "last_changed_at": "scores.last_changed_at",
    "next_change_at": "scores.next_change_at",
}
USUAL = ("contact_id", "name", "company_name", "score", "band", "last_changed_at")
TEXTS = ("contact_id", "name", "company_name", "email")
SORTED_BY = ("score", "contact_id", "name", "company_name", "last_changed_at", "next_change_at")
RANGE = """
select coalesce(floor(min(score)), 0)::bigint as low, coalesce(ceil(max(score)), 0)::bigint as high
from marts.contact_scores where model_id = ?
"""


@dataclass(frozen=True)
class Filter:
    """Which contacts are wanted.

    Attributes:
        model_id: Scored by this model.
        low: With at least this score.
        high: And at most this.
        bands: In one of these bands; none: in any.
        segment_id: In this segment; None: in any, or none.
        account_id: Of this account; empty: of any, or none.
        text: What stands in id, name, company or address, in any letter case.
    """

    model_id: str
    low: float | None = None
    high: float | None = None
    bands: tuple[str, ...] = ()
    segment_id: str | None = None
    account_id: str = ""
    text: str = ""

    def where(self) -> tuple[str, list[Any]]:
        """The condition as SQL, and what stands at its question marks."""
        parts: list[tuple[str, Any]] = [("scores.model_id = ?", self.model_id)]
        if self.low is not None:
            parts.append(("scores.score >= ?", self.low))
        if self.high is not None:
            parts.append(("scores.score <= ?", self.high))
        if self.bands:
            parts.append(("list_contains(?, scores.band_id)", list(self.bands)))
        if self.segment_id is not None:
            members = "select contact_id from marts.segment_members where segment_id = ?"
            parts.append((f"scores.contact_id in ({members})", self.segment_id))
        if self.account_id:
            parts.append(("people.account_id = ?", self.account_id))
        if self.text:
            texts = ", ".join(COLUMNS[name] for name in TEXTS)
            parts.append((f"contains(lower(concat_ws(chr(10), {texts})), lower(?))", self.text))
        return " and ".join(sql for sql, _ in parts), [value for _, value in parts]

    @property
    def names_people(self) -> bool:
        """Whether it asks for more than scores."""
        return bool(self.account_id or self.text)


def found(published: Published, wanted: Filter) -> int:
    """How many contacts a filter finds."""
    where, values = wanted.where()
    people = _people(wanted.names_people)
    count: int = published.values(
        f"select count(*) from marts.contact_scores as scores {people} where {where}", *values
    )[0]
    return count


def listed(
    published: Published, wanted: Filter, columns: Sequence[str], order: str, *, falling: bool, start: int = 0
) -> list[Row]:
    """A page of contacts.

    Args:
        published: The publication.
        wanted: Which contacts.
        columns: What is shown of them, of `COLUMNS`.
        order: The column to sort by.
        falling: Whether the highest come first.
        start: How many are passed over.
    """
    query, values = _ordered({column: COLUMNS[column] for column in columns}, wanted, order, falling)
    return published.rows(f"{query} limit ? offset ?", *values, PAGE_ROWS, start)


def as_file(published: Published, wanted: Filter, columns: Sequence[str], order: str, falling: bool) -> bytes:
    """What a filter finds as a CSV file for spreadsheets, the first hundred thousand of it."""
    safe = {column: spreadsheet_safe_sql(f"cast({COLUMNS[column]} as varchar)") for column in columns}
    query, values = _ordered(safe, wanted, order, falling)
    rows = published.database.stream(f"{query} limit {DOWNLOAD_ROWS}", values)
    return b"".join(_csv(columns, rows))


def _ordered(
    columns: Mapping[str, str], wanted: Filter, order: str, falling: bool
) -> tuple[str, Sequence[Any]]:
    """What a filter finds as a query, in order, and what stands at its question marks.

    Args:
        columns: What is shown -> its SQL.
        wanted: The filter.
        order: The column to sort by.
        falling: Whether the highest come first.
    """
    where, values = wanted.where()
    query = f"""
        select {", ".join(f"{sql} as {column}" for column, sql in columns.items())}
        from marts.contact_scores as scores {_people(True)}
        where {where}
        order by {COLUMNS[order]} {"desc" if falling else ""} nulls last, scores.contact_id
    """
    return query, values


def _csv(columns: Sequence[str], rows: Iterator[Row]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns)
    writer.writeheader()
    yield b"\xef\xbb\xbf"  # so that spreadsheets read UTF-8
    for row in rows:
        writer.writerow(row)
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _people(wanted: bool) -> str:
    join = "left join marts.dim_contacts as people on scores.contact_id = people.contact_id"
    return join if wanted else ""


def show(page: Context) -> None:
    """The page."""
    words, published = page.words, page.published
    st.title(words("contacts_title"))
    model_id = page.pick_model()
    wanted = _filter(page, model_id)
    left, middle, right = st.columns([2, 1, 1])
    columns = left.multiselect(
        words("columns"),
        list(COLUMNS),
        default=list(USUAL),
        format_func=lambda name: words(f"column_{name}"),
        key="columns",
        bind="query-params",
    ) or ["contact_id"]
    order = middle.selectbox(
        words("sorted_by"),
        SORTED_BY,
        format_func=lambda name: words(f"column_{name}"),
        key="order",
        bind="query-params",
    )
    falling = right.toggle(words("falling"), value=True, key="falling", bind="query-params")
    count = found(published, wanted)
    st.caption(words.several(count, "found"))
    if not count:
        st.info(words("nobody_found"))
        return
    start = page.pick_page(count, "page", in_address=True)
    rows = listed(published, wanted, columns, order, falling=falling, start=start)
    page.open_one_of(rows, "list")
    st.download_button(
        words("download"),
        lambda: as_file(published, wanted, columns, order, falling),
        file_name="contacts.csv",
        mime="text/csv",
        help=words("download_help", number=DOWNLOAD_ROWS),
    )


def _filter(page: Context, model_id: str) -> Filter:
    words, published = page.words, page.published
    with st.expander(words("filter"), expanded=True):
        span = published.row(RANGE, model_id)
        low, high = int(span["low"]), int(span["high"])
        scores = (low, high)
        if low < high:
            scores = st.slider(
                words("score"), low, high, (low, high), key=f"scores_{model_id}", bind="query-params"
            )
        left, right = st.columns(2)
        band_titles = titles((band["band_id"], band["title"]) for band in page.bands(model_id))
        bands = left.multiselect(
            words("bands"),
            list(band_titles),
            format_func=band_titles.__getitem__,
            key=f"bands_{model_id}",
            bind="query-params",
            placeholder=words("any"),
        )
        segments = page.segments
        segment = right.selectbox(
            words("segment"),
            list(segments),
            index=None,
            format_func=segments.__getitem__,
            key="segment",
            bind="query-params",
            placeholder=words("any"),
        )
        text = left.text_input(words("text"), key="text", bind="query-params", help=words("text_help"))
        account = right.text_input(words("account"), key="account", bind="query-params")
    return Filter(
        model_id,
        None if scores[0] == low else scores[0],
        None if scores[1] == high else scores[1],
        tuple(bands),
        segment,
        account.strip(),
        text.strip(),
    )
