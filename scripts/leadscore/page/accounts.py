"""Accounts by score, one of them with its contacts by band, and the matrix of two models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from leadscore.page import charts
from leadscore.page.context import PAGE_ROWS, Context, heading, lines, titles
from leadscore.page.published import Published, Row
from leadscore.page.words import Words

CONTACTS_SHOWN = 100
SCORES = ("score_sum", "score_maximum", "score_weighted", "score_average")
SORTED_BY = (*SCORES, "contacts", "account_id")
ACCOUNTS = """
select
    account_id, score_sum::double as score_sum, score_maximum::double as score_maximum,
    round(score_weighted, 2) as score_weighted, round(score_average, 2) as score_average, contacts,
    best_contact_id
from marts.account_scores as accounts
"""
# Which label of a matrix a contact has, by numbers: those of the mart have texts.
LABELLED = """
select cells.label, cells.first_band_id, cells.second_band_id, first_scores.contact_key
from configuration.config_matrix_cells as cells
inner join configuration.config_bands as first_bands
    on cells.first_model_id = first_bands.model_id and cells.first_band_id = first_bands.band_id
inner join configuration.config_bands as second_bands
    on cells.second_model_id = second_bands.model_id and cells.second_band_id = second_bands.band_id
inner join store.int_scores as first_scores on first_bands.band_number = first_scores.band_number
inner join store.int_scores as second_scores
    on
        second_bands.band_number = second_scores.band_number
        and first_scores.contact_key = second_scores.contact_key
where cells.matrix_id = ?
"""
HAS_LABEL = f"""
accounts.account_id in (
    select people.account_id
    from ({LABELLED}) as labelled
    inner join store.int_contacts as people on labelled.contact_key = people.contact_key
    where labelled.label = ?
)
"""
HAS_TEXT = """
(
    contains(lower(accounts.account_id), lower(?))
    or accounts.account_id in (
        select account_id from store.int_profiles where contains(lower(company_name), lower(?))
    )
)
"""
BANDS = """
select account_id, coalesce(band_id, '') as kind, contacts
from marts.account_bands where model_id = ? and list_contains(?, account_id)
"""
LABELS = f"""
select people.account_id, labelled.label as kind, count(*) as contacts
from ({LABELLED}) as labelled
inner join store.int_contacts as people on labelled.contact_key = people.contact_key
where list_contains(?, people.account_id)
group by all
order by kind
"""
# What most of its scored contacts call it.
COMPANIES = """
select account_id, company_name
from store.int_profiles
where company_name is not null and list_contains(?, account_id)
group by account_id, company_name
qualify row_number() over (partition by account_id order by count(*) desc, company_name) = 1
"""
CONTACTS = f"""
select
    keys.contact_id, nullif(concat_ws(' ', profiles.first_name, profiles.last_name), '') as name,
    profiles.job_title, scores.score::double as score, coalesce(bands.title, bands.band_id) as band,
    labelled.label
from store.int_contacts as people
inner join store.int_scores as scores on people.contact_key = scores.contact_key
inner join configuration.config_models as models on scores.model_number = models.model_number
inner join store.int_contact_keys as keys on people.contact_key = keys.contact_key
left join store.int_profiles as profiles on people.contact_key = profiles.contact_key
left join configuration.config_bands as bands on scores.band_number = bands.band_number
left join ({LABELLED}) as labelled on people.contact_key = labelled.contact_key
where people.account_id = ? and models.model_id = ?
order by scores.score desc, keys.contact_id
limit ?
"""
MATRICES = "select distinct matrix_id from configuration.config_matrix_cells order by matrix_id"
CELLS = """
select first_model_id, first_band_id, second_model_id, second_band_id, label
from configuration.config_matrix_cells where matrix_id = ? order by label, first_band_id, second_band_id
"""
IN_CELLS = f"""
select first_band_id, second_band_id, count(*) as contacts from ({LABELLED}) as labelled group by all
"""


@dataclass(frozen=True)
class Filter:
    """Which accounts are wanted.

    Attributes:
        model_id: Scored by this model.
        text: What stands in its id, or in the company of one of its contacts, in any letter case.
        matrix_id: The matrix that the label is of.
        label: A label that one of its contacts has; None: any, or none.
    """

    model_id: str
    text: str = ""
    matrix_id: str | None = None
    label: str | None = None

    def where(self) -> tuple[str, list[Any]]:
        """The condition as SQL, and what stands at its question marks."""
        parts, values = ["accounts.model_id = ?"], [self.model_id]
        if self.text:
            parts.append(HAS_TEXT)
            values += [self.text, self.text]
        if self.matrix_id is not None and self.label is not None:
            parts.append(HAS_LABEL)
            values += [self.matrix_id, self.label]
        return " and ".join(parts), values


def found(published: Published, wanted: Filter) -> int:
    """How many accounts a filter finds."""
    where, values = wanted.where()
    count: int = published.values(
        f"select count(*) from marts.account_scores as accounts where {where}", *values
    )[0]
    return count


def listed(
    published: Published, wanted: Filter, order: str = "score_sum", *, falling: bool = True, start: int = 0
) -> list[Row]:
    """A page of accounts.

    Args:
        published: The publication.
        wanted: Which accounts.
        order: The column to sort by, of `SORTED_BY`.
        falling: Whether the highest come first.
        start: How many are passed over.
    """
    where, values = wanted.where()
    direction = "desc nulls last" if falling else "nulls last"
    return published.rows(
        f"{ACCOUNTS} where {where} order by accounts.{order} {direction}, account_id limit ? offset ?",
        *values,
        PAGE_ROWS,
        start,
    )


def show(page: Context) -> None:
    """The page."""
    words, published = page.words, page.published
    st.title(words("accounts_title"))
    model_id = page.pick_model()
    if not found(published, Filter(model_id)):
        st.info(words("no_accounts"))
        return
    matrices = published.values(MATRICES)
    matrix_id = matrices[0] if matrices else None
    if len(matrices) > 1:
        matrix_id = st.selectbox(words("matrix"), matrices, key="matrix", bind="query-params")
    _list(page, model_id, matrix_id)
    asked = st.text_input(
        words("account"), key="account_id", bind="query-params", help=words("account_help")
    ).strip()
    if asked:
        _account(page, model_id, matrix_id, asked)
    else:
        st.caption(words("which_account"))
    st.subheader(words("matrix"))
    if matrix_id is None:
        st.info(words("no_matrix"))
    else:
        _matrix(page, matrix_id)


def _list(page: Context, model_id: str, matrix_id: str | None) -> None:
    words, published = page.words, page.published
    with st.expander(words("filter"), expanded=True):
        left, right = st.columns(2)
        text = left.text_input(
            words("text"), key="account_text", bind="query-params", help=words("account_text_help")
        )
        label = None
        if matrix_id is not None:
            label = right.selectbox(
                words("label"),
                sorted({cell["label"] for cell in published.rows(CELLS, matrix_id)}),
                index=None,
                key=f"label_{matrix_id}",
                bind="query-params",
                placeholder=words("any"),
                help=words("label_help"),
            )
        order = left.selectbox(
            words("sorted_by"),
            SORTED_BY,
            format_func=lambda name: words(f"column_{name}"),
            key="account_order",
            bind="query-params",
        )
        falling = right.toggle(words("falling"), value=True, key="account_falling", bind="query-params")
    wanted = Filter(model_id, text.strip(), matrix_id, label)
    count = found(published, wanted)
    st.caption(words.several(count, "found_accounts"))
    if not count:
        st.info(words("no_account_found"))
        return
    start = page.pick_page(count, "account_page", in_address=True)
    accounts = listed(published, wanted, order, falling=falling, start=start)
    rows = _with_contacts(page, wanted, accounts, order if order in SCORES else SCORES[0])
    chosen = page.chosen_of(rows, "accounts")
    page.hand_on(chosen["account_id"] if chosen else None, "account_id")


def _with_contacts(page: Context, wanted: Filter, rows: Sequence[Row], score: str) -> list[Row]:
    """Accounts with what they are called, and how many of their contacts are in which band and cell.

    Args:
        page: What the page has at hand.
        wanted: The filter that found them.
        rows: The accounts.
        score: The score that stands first.
    """
    words, published, model_id, matrix_id = page.words, page.published, wanted.model_id, wanted.matrix_id
    accounts = [row["account_id"] for row in rows]
    companies = {row["account_id"]: row["company_name"] for row in published.rows(COMPANIES, accounts)}
    band_titles = {band["band_id"]: band["title"] for band in reversed(page.bands(model_id))}
    bands = _in_words(words, published.rows(BANDS, model_id, accounts), {**band_titles, "": words("no_band")})
    labels: Mapping[str, str] = {}
    if matrix_id is not None:
        counts = published.rows(LABELS, matrix_id, accounts)
        labels = _in_words(words, counts, {row["kind"]: row["kind"] for row in counts})
    return [
        {
            "account_id": row["account_id"],
            "company_name": companies.get(row["account_id"]),
            score: row[score],
            "contacts": row["contacts"],
            "in_bands": bands.get(row["account_id"]),
            **({} if matrix_id is None else {"in_labels": labels.get(row["account_id"])}),
            **{name: row[name] for name in (*SCORES, "best_contact_id") if name != score},
        }
        for row in rows
    ]


def _in_words(words: Words, counts: Sequence[Row], titles: Mapping[str, str]) -> Mapping[str, str]:
    """By account how many contacts are of which kind, in the order of the titles."""
    by_account: dict[str, dict[str, int]] = defaultdict(dict)
    for row in counts:
        by_account[row["account_id"]][row["kind"]] = row["contacts"]
    return {
        account: " · ".join(
            f"{title}: {words.number(kinds[kind])}" for kind, title in titles.items() if kind in kinds
        )
        for account, kinds in by_account.items()
    }


def _account(page: Context, model_id: str, matrix_id: str | None, account_id: str) -> None:
    """One account: its best contact, and all of them by band and by name."""
    words, published = page.words, page.published
    own = published.rows(f"{ACCOUNTS} where model_id = ? and account_id = ?", model_id, account_id)
    if not own:
        st.info(words("no_such_account"))
        return
    company = next((row["company_name"] for row in published.rows(COMPANIES, [account_id])), None)
    heading(f"{company} ({account_id})" if company else account_id, 2)
    contacts = published.rows(CONTACTS, matrix_id, account_id, model_id, CONTACTS_SHOWN)
    best = contacts[0]
    lines(
        words("best_is", contact=best["name"] or best["contact_id"], band=best["band"] or words("no_band")),
        words("best_label", label=best["label"]) if best["label"] else "",
    )
    counted = {row["kind"]: row["contacts"] for row in published.rows(BANDS, model_id, [account_id])}
    st.altair_chart(
        charts.bars(page.by_band(model_id, counted), label="band", value="contacts", title=words("contacts"))
    )
    if own[0]["contacts"] > len(contacts):
        st.caption(words("first_contacts", number=len(contacts), contacts=own[0]["contacts"]))
    page.open_one_of([_without(row, "label") if matrix_id is None else row for row in contacts], "contacts")


def _without(row: Row, *names: str) -> Row:
    return {column: value for column, value in row.items() if column not in names}


def _matrix(page: Context, matrix_id: str) -> None:
    """How many contacts are in each cell: the highest bands of both models come first."""
    words, published = page.words, page.published
    cells = published.rows(CELLS, matrix_id)
    first, second = cells[0]["first_model_id"], cells[0]["second_model_id"]
    down = titles((band["band_id"], band["title"]) for band in reversed(page.bands(first)))
    across = titles((band["band_id"], band["title"]) for band in reversed(page.bands(second)))
    counted = {
        (row["first_band_id"], row["second_band_id"]): row["contacts"]
        for row in published.rows(IN_CELLS, matrix_id)
    }
    st.caption(words("matrix_help"))
    st.altair_chart(
        charts.matrix(
            [
                {
                    "down": down[cell["first_band_id"]],
                    "across": across[cell["second_band_id"]],
                    "label": cell["label"],
                    "value": counted.get((cell["first_band_id"], cell["second_band_id"]), 0),
                }
                for cell in cells
            ],
            down=(page.models[first], list(down.values())),
            across=(page.models[second], list(across.values())),
            value=words("contacts"),
        )
    )
