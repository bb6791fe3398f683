"""What goes into a file, as SQL over a publication and the lists made of it (`lists`)."""

from collections.abc import Sequence

from leadscore.exports.columns import Column, spreadsheet_safe_sql
from leadscore.exports.formats import BOM
from leadscore.exports.segments import Segment
from leadscore.storage.database import identifier, literal


def rows_sql(
    segment: Segment, moved: str, columns: Sequence[Column], *, for_spreadsheets: bool, bom: bool = False
) -> str:
    """The rows of contacts, in the order of contact_id.

    Args:
        segment: Of which segment they are members, or were.
        moved: A relation of their contact_id, and what became of them, `change`.
        columns: What is told of them.
        for_spreadsheets: Whether text that a spreadsheet would run as a formula is made harmless.
        bom: Whether the first header begins with a byte order mark.
    """
    return f"""
        select {_selected_sql(columns, for_spreadsheets, bom)}
        from {moved} as moved
        {contact_joins_sql(segment, columns)}
        order by moved.contact_id
    """


def contact_joins_sql(segment: Segment, columns: Sequence[Column]) -> str:
    """The joins, on contacts that are called `moved`, of all that columns are read from."""
    joins = dict.fromkeys(column.needs.join_sql for column in columns if column.needs)
    return f"""
        left join marts.segment_contacts as contacts on moved.contact_id = contacts.contact_id
        left join marts.segment_members as members
            on
                moved.contact_id = members.contact_id
                and members.segment_id = {literal(segment.segment_id)}
        {" ".join(joins)}
    """


def written_rows_sql(
    relation: str, columns: Sequence[Column], *, for_spreadsheets: bool, bom: bool = False
) -> str:
    """Rows whose cells stand in a relation under the columns' names, in the order of contact_id."""
    kept = [Column(column.name, identifier(column.name), column.is_text) for column in columns]
    return f"""
        select {_selected_sql(kept, for_spreadsheets, bom)}
        from {relation}
        order by listed_contact_id
    """


def _selected_sql(columns: Sequence[Column], for_spreadsheets: bool, bom: bool) -> str:
    marks = [BOM if bom else "", *("" for _ in columns[1:])]
    return ", ".join(
        f"{_cell_sql(column, for_spreadsheets)} as {identifier(mark + column.name)}"
        for mark, column in zip(marks, columns, strict=True)
    )


def _cell_sql(column: Column, for_spreadsheets: bool) -> str:
    return spreadsheet_safe_sql(f"({column.sql})") if for_spreadsheets and column.is_text else column.sql
