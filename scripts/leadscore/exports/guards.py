"""A guard, as deliveries have: a list that loses many members at once stops `export --changes`."""

from collections.abc import Sequence

from leadscore.exports.files import ExportRefusedError
from leadscore.exports.lists import REMOVED, MemberList
from leadscore.storage.database import Database
from leadscore.text import counted

# As `max_delete_pct` of the syncs that come with the project.
MAX_DELETE_PCT = 30


def refuse_removals(database: Database, lists: Sequence[MemberList], *, by_contact: bool) -> None:
    """Refuse to tell of more removals than a share of the members that a folder knows.

    Args:
        database: The publication, with the lists made.
        lists: What is about to be told.
        by_contact: Whether the reader is told of contacts that were removed, besides addresses.

    Raises:
        ExportRefusedError: Some list would lose more; all of them are named.
    """
    tripped = []
    for one in lists:
        # Who was forgotten is removed, whatever the share.
        removed = int(database.value(f"select count(*) from {one.gone} where is_listed is not null"))
        if by_contact:
            left = int(database.value(f"select count(*) from {one.moved_sql([REMOVED])}"))
            removed = max(removed, left)
        members = int(database.value(f"select count(*) from {one.told}"))
        if removed * 100 > MAX_DELETE_PCT * members:
            why = "" if one.segment.is_configured else ": the segment is no longer configured"
            tripped.append(
                f"{one.segment.segment_id}: {removed:,} of {counted(members, 'member')} would be removed, "
                f"more than {MAX_DELETE_PCT} %{why}"
            )
    if tripped:
        raise ExportRefusedError(
            "\n".join([*tripped, "Nothing was exported."]),
            "Look at the last run (`leadscore status`). Removals that should be: add --allow-removals.",
        )
