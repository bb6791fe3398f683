"""What goes into a file, as SQL over a publication."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leadscore.exports import phones
from leadscore.exports.columns import Column, safe_for_spreadsheets, scores_of
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


def rows_of(
    selection: Selection,
    columns: Sequence[Column],
    models: Sequence[str],
    *,
    for_spreadsheets: bool,
    with_phones: bool = False,
    identified_only: bool = False,
) -> str:
    """The rows of a file, in the order of contact_id.

    Args:
        selection: Whose rows.
        columns: What is told of them.
        models: The scoring models in which a column may look.
        for_spreadsheets: Whether text that a spreadsheet would run as a formula is made harmless.
        with_phones: Whether columns look into `phones`, which `bring_phones` has made.
        identified_only: Whether rows of which nothing is known are left out.
    """
    named = " ".join(column.sql for column in columns)
    selected = ", ".join(
        f"{safe_for_spreadsheets(f'({column.sql})') if for_spreadsheets and column.is_text else column.sql} "
        f"as {identifier(column.name)}"
        for column in columns
    )
    joins = [
        "left join marts.segment_contacts as contacts on moved.contact_id = contacts.contact_id",
        "left join marts.segment_members as members on moved.contact_id = members.contact_id "
        f"and members.segment_id = {literal(selection.segment.segment_id)}",
    ]
    joins += [
        f"left join marts.contact_scores as {scores} on moved.contact_id = {scores}.contact_id "
        f"and {scores}.model_id = {literal(model)}"
        for model in models
        if (scores := scores_of(model)) in named
    ]
    if re.search(r"\brfm[.]", named):
        joins.append("left join marts.rfm_features as rfm on moved.contact_id = rfm.contact_id")
    if with_phones:
        joins.append(phones.JOIN)
    known = f"coalesce({', '.join(f'cast(({c.sql}) as varchar)' for c in columns)}) is not null"
    return (
        f"select {selected} from ({_moved(selection)}) as moved {' '.join(joins)} "
        f"where {known if identified_only else 'true'} order by moved.contact_id"
    )


def counts_of(selection: Selection) -> str:
    """How many changes of each kind a selection has."""
    return f"select change, count(*) from ({_moved(selection)}) as moved group by change order by change"


def _moved(selection: Selection) -> str:
    """The contacts that a file is about, and what became of each: net, however often it came and went."""
    segment = literal(selection.segment.segment_id)
    mailable = " and is_mailable" if selection.mailable_only else ""
    if selection.after is None:
        return (
            f"select contact_id, cast(null as varchar) as change from marts.segment_members "
            f"where segment_id = {segment}{mailable}"
        )
    wanted = ", ".join(map(literal, selection.changes))
    return (
        "select contact_id, change from (select contact_id, "
        f"case when is_in and was_in then '{UPDATED}' when is_in then '{ADDED}' "
        f"when was_in then '{REMOVED}' end as change "
        "from (select contact_id, max_by(is_in, run_number) as is_in, coalesce("
        f"max_by(is_in, run_number) filter (where run_number <= {selection.after}), false) as was_in "
        f"from (select contact_id, run_number, change != '{REMOVED}'{mailable} as is_in "
        f"from marts.segment_changes where segment_id = {segment}) as ledger "
        f"group by contact_id having max(run_number) > {selection.after}) as states) as moves "
        f"where change in ({wanted})"
    )
