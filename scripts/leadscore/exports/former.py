"""Segments that a folder was told of and that aren't configured any more: removed, renamed or inactive."""

from collections.abc import Callable, Sequence
from pathlib import Path

from leadscore.exports.files import ExportRefusedError
from leadscore.exports.manifest import Manifest, exported_segments, manifest_place, read_manifest
from leadscore.exports.memory import remembers
from leadscore.exports.segments import Segment, recorded_segments
from leadscore.storage.database import Database


def former_segments(
    database: Database,
    folder: Path,
    configured: Sequence[Segment],
    *,
    changes: bool,
    warn: Callable[[str], None],
) -> list[Segment]:
    """Those whose members the folder's reader is now told to remove, when no segment is named.

    Args:
        database: The publication.
        folder: The folder.
        configured: The segments that are configured.
        changes: Whether changes are told; else only files of segments that are configured are written.
        warn: Is told of those that nothing is told of.

    Raises:
        ExportRefusedError: A manifest can't be read.
    """
    recorded = recorded_segments(database)
    former = exported_segments(folder) - {segment.segment_id for segment in configured}
    known = {
        segment_id: manifest
        for segment_id in sorted(former)
        if (manifest := _manifest(folder, segment_id, is_ours=segment_id in recorded))
        and _still_tells(database, folder, manifest, changes=changes)
    }
    told = [segment_id for segment_id in known if changes and segment_id in recorded]
    if untold := [segment_id for segment_id in known if segment_id not in told]:
        warn(
            f"{folder} has files of segments that aren't configured any more: {', '.join(untold)}. Nobody is "
            "told that their members left: export them by name once, or remove their files and manifests."
        )
    return [Segment(segment_id, None, True) for segment_id in told]


def _manifest(folder: Path, segment_id: str, *, is_ours: bool) -> Manifest | None:
    try:
        return read_manifest(manifest_place(folder, segment_id))
    except ExportRefusedError:
        if is_ours:
            raise
        return None  # another program's


def _still_tells(database: Database, folder: Path, manifest: Manifest, *, changes: bool) -> bool:
    """Whether a folder still tells of members; once their removal was told, empty files follow."""
    kinds = ("changes", "removed") if changes else ("full",)
    if any(manifest.files[kind].rows for kind in kinds if kind in manifest.files):
        return True
    return remembers(database, folder, manifest, "true" if changes else "is_listed")
