"""One export: from a publication to the files of its segments."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from leadscore.errors import UsageMistakeError
from leadscore.exports.files import exclusive_folder
from leadscore.exports.forgotten import drop_forgotten
from leadscore.exports.former import former_segments
from leadscore.exports.guards import refuse_removals
from leadscore.exports.lists import make_lists
from leadscore.exports.manifest import ExportedFile, exported_segments
from leadscore.exports.memory import remove_memories
from leadscore.exports.phones import bring_phones
from leadscore.exports.placing import place_together
from leadscore.exports.plans import ExportRequest, columns_of, plan_of
from leadscore.exports.segments import Segment, chosen_segments
from leadscore.exports.source import open_source
from leadscore.exports.writing import write_list
from leadscore.settings import Settings
from leadscore.storage.access import shared_mode
from leadscore.storage.register import WrittenFolder, register


def export_segments(
    settings: Settings,
    request: ExportRequest,
    say: Callable[[str], None],
    warn: Callable[[str], None] = lambda _: None,
) -> list[tuple[Segment, ExportedFile]]:
    """Write the files of segments, and a manifest beside each.

    All are written before the first takes its place, the manifests last: after an export that was interrupted
    these are as they were, and the next one tells the same changes again.

    Args:
        settings: Where the publication is.
        request: What is asked.
        say: Is told which segment is being written.
        warn: Is told what people should know.

    Returns:
        The files that were written.

    Raises:
        NothingPublishedError: No run has published segments yet.
        UsageMistakeError: A segment or column doesn't exist.
        ExportRefusedError: The folder can't be written to, changes wouldn't follow on the last ones, or too
            many members would be removed.
    """
    shared_mode()  # a wrong value is refused before anything is written
    with open_source(settings) as source:
        segments = chosen_segments(source.database, request.segments)
        _refuse_shared_names(request.folder, segments)
        for segment in segments:
            columns_of(source, request, segment, None)  # a mistake is refused before anything is written
        with exclusive_folder(request.folder):
            if not request.segments:
                segments += former_segments(
                    source.database, request.folder, segments, changes=request.changes, warn=warn
                )
            plans = [
                plan_of(source, request, segment, number, warn) for number, segment in enumerate(segments)
            ]
            register(settings.database, WrittenFolder(request.folder), warn)
            if request.preset and request.preset.needs_phones:
                say("phone numbers")
                bring_phones(
                    source.database, [plan.of.segment.segment_id for plan in plans], request.dial_code
                )
            say("who is on the lists")
            lists = [plan.of for plan in plans]
            make_lists(
                source.database, lists, [plan.told for plan in plans], [plan.updated_after for plan in plans]
            )
            if request.changes and not request.allow_removals:
                refuse_removals(source.database, lists, by_contact=not request.for_tool)
            with ExitStack() as drafts:
                written = []
                for plan in plans:
                    say(plan.of.segment.segment_id)
                    written.append(write_list(source, request, plan, drafts))
                files = [draft for one in written for draft in one.drafts]
                place_together(request.folder, files, [one.manifest for one in written])
            for one in written:
                remove_memories(request.folder, one.plan.of.segment.segment_id, but=one.memory)
                drop_forgotten(request.folder, one.plan.before, one.files)
    return [(one.plan.of.segment, file) for one in written for file in one.files.values()]


def _refuse_shared_names(folder: Path, segments: Sequence[Segment]) -> None:
    """Two segments may not have one file in a folder: `x_changes` is what the changes of `x` are called."""
    asked = {segment.segment_id for segment in segments}
    there = asked | exported_segments(folder)
    for segment_id in sorted(there):
        for suffix in ("_changes", "_removed"):
            other = segment_id + suffix
            if other in there and asked & {segment_id, other}:
                raise UsageMistakeError(
                    f"segments {segment_id!r} and {other!r} would write the same files",
                    "Export them one by one, each to a folder of its own with --output.",
                )
