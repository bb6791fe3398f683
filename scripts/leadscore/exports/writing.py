"""Writing what an export tells of a segment, beside the places of its files."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from leadscore.exports.files import file_stem
from leadscore.exports.forgotten import KIND, earlier_files, has_forgotten
from leadscore.exports.manifest import ExportedFile, Manifest, manifest_place
from leadscore.exports.memory import next_memory, write_memory
from leadscore.exports.parts import parts_of, write_part
from leadscore.exports.plans import ExportRequest, Plan
from leadscore.exports.segments import checksum_of_record
from leadscore.exports.source import ExportSource
from leadscore.storage.access import settle, shared_mode, written_mode
from leadscore.storage.files import Draft


@dataclass(frozen=True)
class Written:
    """What was written of one segment, beside its places.

    Attributes:
        plan: What it was to be.
        files: full, changes, removed -> the file.
        drafts: These files, and the memory.
        memory: Where the memory belongs.
        manifest: The manifest that makes them count.
    """

    plan: Plan
    files: Mapping[str, ExportedFile]
    drafts: Sequence[Draft]
    memory: Path
    manifest: Draft


def write_list(source: ExportSource, request: ExportRequest, plan: Plan, drafts: ExitStack) -> Written:
    """Write the files of a segment.

    Args:
        source: The publication, with the list made.
        request: What is asked.
        plan: What is to be written.
        drafts: Discards them, unless they have got their places by then.
    """

    def draft_of(place: Path) -> Draft:
        draft = Draft(place)
        drafts.callback(draft.discard)
        return draft

    one, layout, before, segment = plan.of, plan.layout, plan.before, plan.of.segment
    has_removals = bool(source.database.value(f"select count(*) from {one.gone}"))
    stem = request.folder / file_stem(segment.segment_id)
    parts = [
        (part, draft_of(stem.with_name(f"{stem.name}{part.suffix}.{request.format}")))
        for part in parts_of(
            one, plan.after, has_removals=has_removals, for_tool=request.for_tool, safe=request.safe
        )
    ]
    memory = draft_of(next_memory(request.folder, segment.segment_id, before))
    manifest = draft_of(manifest_place(request.folder, segment.segment_id))
    files = {
        part.kind: write_part(source, part, draft, request.format, layout.dialect) for part, draft in parts
    }
    if plan.after is None and KIND in files:
        files[KIND] = replace(files[KIND], is_told_again=has_forgotten(source.database, one))
    write_memory(source.database, one, memory, keeps_gone=plan.after is None)
    earlier = earlier_files(before) if before and before.layout == layout else {}
    Manifest(
        segment_id=segment.segment_id,
        title=segment.title,
        definition=segment.definition,
        conditions=tuple(segment.conditions),
        requires_consent=segment.requires_consent,
        as_of=source.as_of,
        exported_through=source.run_number,
        layout=layout,
        files={**earlier, **files},
        file_mode=written_mode(shared_mode()),
        memory=memory.place.name,
        tells_changes=plan.after is not None or bool(before and before.tells_changes),
        record=checksum_of_record(source.database, segment.segment_id, source.run_number),
    ).write(manifest)
    written = Written(plan, files, [*(draft for _, draft in parts), memory], memory.place, manifest)
    given = int(before.file_mode, 8) if before and before.file_mode else None
    for draft in [*written.drafts, manifest]:
        settle(draft.path, draft.place, given, shared_mode())
    return written
