"""Segments: how many are in them, then and now, who came and went, whom they hold, and files of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from leadscore.page import charts, exporting
from leadscore.page.context import PAGE_ROWS, Context, heading, lines, titles
from leadscore.page.published import Published, Row

SIZES = """
with moves as (
    select
        segment_id, count(*) filter (where change = 'added') as came,
        count(*) filter (where change = 'removed') as went
    from marts.segment_changes
    where changed_at > ? and change != 'updated'
    group by segment_id
)

select
    segments.segment_id, coalesce(segments.title, segments.segment_id) as segment, segments.members,
    segments.mailable_members, coalesce(moves.came, 0) as came, coalesce(moves.went, 0) as went,
    segments.description
from marts.dim_segments as segments
left join moves on segments.segment_id = moves.segment_id
order by 2, 1
"""
CONDITIONS = """
select clause, field, operator, value
from marts.dim_segment_conditions where segment_id = ? order by clause, row_number
"""
# How many were in it at the end of each day that a run scored for and that moved somebody.
COURSE = """
with moves as (
    select
        run_number, max(changed_at) as changed_at,
        sum(case change when 'added' then 1 else -1 end) as moved
    from marts.segment_changes
    where segment_id = ? and change != 'updated'
    group by run_number
),

sizes as (
    select run_number, changed_at, sum(moved) over (order by run_number)::bigint as members from moves
)

select strftime(changed_at, '%Y-%m-%d') as day, max_by(members, run_number) as members
from sizes group by day order by day
"""
COUNTED = """
select
    count(*) filter (where change = 'added') as added, count(*) filter (where change = 'removed') as removed
from marts.segment_changes
where segment_id = ? and changed_at > ?
"""
# Names are looked up for the rows that are shown alone.
NAMED = """
select
    shown.contact_id, nullif(concat_ws(' ', people.first_name, people.last_name), '') as name,
    people.company_name, shown.* exclude (contact_id)
from shown
left join marts.segment_contacts as people on shown.contact_id = people.contact_id
"""
DAYS = (7, 30, 90)
DAYS_OF_ALL = 30
CHANGES = {"came": "added", "went": "removed"}


@dataclass(frozen=True)
class Moved:
    """Who is wanted of those that came into a segment, or went.

    Attributes:
        segment_id: The segment.
        since: After this instant.
        changes: Which of added and removed.
    """

    segment_id: str
    since: datetime
    changes: tuple[str, ...] = ("added", "removed")

    def listed(self, published: Published, start: int = 0) -> list[Row]:
        """A page of them, newest first."""
        return published.rows(
            f"""
            with shown as (
                select contact_id, change as what, changed_at
                from marts.segment_changes
                where segment_id = ? and changed_at > ? and list_contains(?, change)
                order by changed_at desc, what, contact_id
                limit ? offset ?
            )

            {NAMED}
            order by shown.changed_at desc, shown.what, shown.contact_id
            """,
            self.segment_id,
            self.since,
            list(self.changes),
            PAGE_ROWS,
            start,
        )


def members(published: Published, segment_id: str, *, mailable: bool = False, start: int = 0) -> list[Row]:
    """A page of a segment's members, the newest first.

    Args:
        published: The publication.
        segment_id: The segment.
        mailable: Whether only those who may be mailed are wanted.
        start: How many are passed over.
    """
    return published.rows(
        f"""
        with shown as (
            select contact_id, is_mailable, member_since
            from marts.segment_members
            where segment_id = ? and (is_mailable or not ?)
            order by member_since desc nulls last, contact_id
            limit ? offset ?
        )

        {NAMED}
        order by shown.member_since desc nulls last, shown.contact_id
        """,
        segment_id,
        mailable,
        PAGE_ROWS,
        start,
    )


def show(page: Context) -> None:
    """The page."""
    words, published = page.words, page.published
    st.title(words("page_segments"))
    as_of = published.as_of
    found = published.rows(SIZES, as_of - timedelta(days=DAYS_OF_ALL))
    if not found:
        st.info(words("no_segments"))
        return
    page.table([{name: value for name, value in row.items() if name != "segment_id"} for row in found])
    st.caption(words("moves_of_all", days=DAYS_OF_ALL))
    named = titles((row["segment_id"], row["segment"]) for row in found)
    # Not `segment`, as in the list of contacts: what is bound here can not be put into the address of that.
    segment_id = st.selectbox(
        words("segment"), list(named), format_func=named.__getitem__, key="chosen", bind="query-params"
    )
    segment = next(row for row in found if row["segment_id"] == segment_id)
    _what_it_is(page, segment)
    _course(page, segment, as_of)
    _moved(page, segment_id, as_of)
    _members(page, segment, named[segment_id])
    exporting.show(page, segment_id)


def _what_it_is(page: Context, segment: Row) -> None:
    words = page.words
    heading(segment["segment"], level=2)
    lines(segment["description"] or "")
    left, right = st.columns(2)
    left.metric(words("members"), words.number(segment["members"]))
    right.metric(words("mailable"), words.number(segment["mailable_members"]))
    with st.expander(words("conditions")):
        page.table(page.published.rows(CONDITIONS, segment["segment_id"]), words("everybody"))


def _course(page: Context, segment: Row, as_of: datetime) -> None:
    words = page.words
    st.subheader(words("course"))
    days = course(page.published, segment["segment_id"], segment["members"], as_of)
    if len(days) > 1:
        st.altair_chart(charts.course(days, at="day", value="members", title=words("members")))
    else:
        st.info(words("one_day"))


def course(published: Published, segment_id: str, size: int, as_of: datetime) -> Sequence[Row]:
    """How many a segment had on each day that changed it, and on the day that is scored for.

    Args:
        published: The publication.
        segment_id: The segment.
        size: How many it has now.
        as_of: The instant that is scored for.
    """
    days = published.rows(COURSE, segment_id)
    today = f"{as_of:%Y-%m-%d}"
    # A segment that never had anybody has no changes, and no course.
    return days if not days or days[-1]["day"] >= today else [*days, {"day": today, "members": size}]


def _moved(page: Context, segment_id: str, as_of: datetime) -> None:
    words, published = page.words, page.published
    st.subheader(words("came_and_went"))
    left, right = st.columns(2)
    days = left.segmented_control(
        words("since"),
        DAYS,
        default=DAYS[1],
        format_func=lambda number: words("days", days=number),
        key="days",
        required=True,
    )
    which = right.segmented_control(
        words("which"), ["came", "went"], format_func=lambda one: words(f"moves_{one}"), key="moves"
    )
    since = as_of - timedelta(days=days or DAYS[1])
    counts = published.row(COUNTED, segment_id, since)
    st.caption(words("moves_counted", came=counts["added"], went=counts["removed"]))
    changes = (CHANGES[which],) if which else tuple(CHANGES.values())
    count = sum(counts[change] for change in changes)
    if not count:
        st.info(words("nobody_moved"))
        return
    wanted = Moved(segment_id, since, changes)
    rows = wanted.listed(published, page.pick_page(count, f"page_moves_{segment_id}_{days}_{which}"))
    told = {change: words(f"moves_{name}") for name, change in CHANGES.items()}
    page.open_one_of([{**row, "what": told[row["what"]]} for row in rows], "moves")


def _members(page: Context, segment: Row, title: str) -> None:
    words, published = page.words, page.published
    st.subheader(words("members"))
    if not segment["members"]:
        st.info(words("nobody_in_it"))
        return
    mailable = st.toggle(words("mailable_only"), key="mailable")
    count = segment["mailable_members" if mailable else "members"]
    segment_id = segment["segment_id"]
    if not count:
        st.info(words("nobody_mailable"))
    else:
        start = page.pick_page(count, f"page_members_{segment_id}_{mailable}")
        st.caption(words.several(count, "found"))
        page.open_one_of(members(published, segment_id, mailable=mailable, start=start), "members")
    if st.button(words("in_contacts"), help=words("in_contacts_help")):
        page.go_to("contacts", segment=title)
