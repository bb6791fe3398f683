"""What goes into a file, as SQL over a publication."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadscore.exports.columns import Column, spreadsheet_safe_sql
from leadscore.exports.segments import Segment
from leadscore.storage.database import identifier, literal

ADDED, UPDATED, REMOVED = "added", "updated", "removed"


@dataclass(frozen=True)
class Selection:
    """Whose rows are meant.

    Attributes:
        segment: Of which segment.
        mailable_only: Whether only members who may be mailed count as members.
        after: The last run that was exported; None: everybody who belongs to it now.
        changes: Which changes since then are wanted.
    """

    segment: Segment
    mailable_only: bool = False
    after: int | None = None
    changes: Sequence[str] = (ADDED, UPDATED, REMOVED)


def rows_sql(
    selection: Selection,
    columns: Sequence[Column],
    *,
    for_spreadsheets: bool,
    identified_only: bool = False,
) -> str:
    """The rows of a file, in the order of contact_id.

    Args:
        selection: Whose rows.
        columns: What is told of them.
        for_spreadsheets: Whether text that a spreadsheet would run as a formula is made harmless.
        identified_only: Whether rows of which nothing is known are left out.
    """
    selected = [f"{_cell_sql(column, for_spreadsheets)} as {identifier(column.name)}" for column in columns]
    texts = ", ".join(f"cast(({column.sql}) as varchar)" for column in columns)
    joins = dict.fromkeys(column.needs.join_sql for column in columns if column.needs)
    return f"""
        select {", ".join(selected)}
        from ({_moved_sql(selection)}) as moved
        left join marts.segment_contacts as contacts on moved.contact_id = contacts.contact_id
        left join marts.segment_members as members
            on
                moved.contact_id = members.contact_id
                and members.segment_id = {literal(selection.segment.segment_id)}
        {" ".join(joins)}
        where {f"coalesce({texts}) is not null" if identified_only else "true"}
        order by moved.contact_id
    """


def counts_sql(selection: Selection) -> str:
    """How many changes of each kind a selection has."""
    return f"""
        select change, count(*)
        from ({_moved_sql(selection)}) as moved
        group by change
        order by change
    """


def members_then_sql(selection: Selection) -> str:
    """How many members a selection of changes begins with: those of the last run that was exported."""
    mailable = "and is_mailable" if selection.mailable_only else ""
    return f"""
        select count(*)
        from (
            select max_by(change != '{REMOVED}' {mailable}, run_number) as was_in
            from marts.segment_changes
            where segment_id = {literal(selection.segment.segment_id)} and run_number <= {selection.after}
            group by contact_id
        ) as states
        where was_in
    """


def _cell_sql(column: Column, for_spreadsheets: bool) -> str:
    return spreadsheet_safe_sql(f"({column.sql})") if for_spreadsheets and column.is_text else column.sql


def _moved_sql(selection: Selection) -> str:
    """The contacts that a file is about, and what became of each: net, however often it came and went."""
    segment = literal(selection.segment.segment_id)
    mailable = "and is_mailable" if selection.mailable_only else ""
    if selection.after is None:
        return f"""
            select contact_id, cast(null as varchar) as change
            from marts.segment_members
            where segment_id = {segment} {mailable}
        """
    return f"""
        with ledger as (
            select contact_id, run_number, change != '{REMOVED}' {mailable} as is_in
            from marts.segment_changes
            where segment_id = {segment}
        ),

        states as (
            select
                contact_id,
                max_by(is_in, run_number) as is_in,
                coalesce(
                    max_by(is_in, run_number) filter (where run_number <= {selection.after}), false
                ) as was_in
            from ledger
            group by contact_id
            having max(run_number) > {selection.after}
        ),

        moves as (
            select
                contact_id,
                case
                    when is_in and was_in then '{UPDATED}'
                    when is_in then '{ADDED}'
                    when was_in then '{REMOVED}'
                end as change
            from states
        )

        select contact_id, change
        from moves
        where change in ({", ".join(map(literal, selection.changes))})
    """
