"""A guard, as deliveries have: a segment that loses many members at once stops `export --changes`."""

from collections.abc import Sequence
from pathlib import Path

from leadscore.exports.files import ExportRefusedError
from leadscore.exports.manifest import manifest_place, read_manifest
from leadscore.exports.queries import REMOVED, Selection, counts_sql, members_then_sql
from leadscore.exports.segments import Segment
from leadscore.storage.database import Database
from leadscore.text import counted

# As `max_delete_pct` of the syncs that come with the project.
MAX_DELETE_PCT = 30


def refuse_removals(
    database: Database, folder: Path, segments: Sequence[Segment], *, mailable_only: bool
) -> None:
    """Refuse to tell a folder of more removals than a share of the members that it knows.

    Args:
        database: The publication.
        folder: Where the changes go.
        segments: Whose.
        mailable_only: Whether only members who may be mailed count as members.

    Raises:
        ExportRefusedError: Some segment would lose more; all of them are named.
    """
    tripped = []
    for segment in segments:
        manifest = read_manifest(manifest_place(folder, segment.segment_id))
        if manifest is None:
            continue
        selection = Selection(segment, mailable_only, manifest.exported_through)
        removed = dict(database.execute(counts_sql(selection))).get(REMOVED, 0)
        members = int(database.value(members_then_sql(selection)))
        if removed * 100 > MAX_DELETE_PCT * members:
            tripped.append(
                f"{segment.segment_id}: {removed:,} of {counted(members, 'member')} would be removed, "
                f"more than {MAX_DELETE_PCT} %"
            )
    if tripped:
        raise ExportRefusedError(
            "\n".join([*tripped, "Nothing was exported."]),
            "Look at the last run (`leadscore status`). Removals that should be: add --allow-removals.",
        )
