"""One export: from a publication to the files of its segments."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from leadscore.errors import UsageMistakeError
from leadscore.exports.columns import Column
from leadscore.exports.files import ExportRefusedError, exclusive_folder, file_stem
from leadscore.exports.forgotten import (
    KIND,
    drop_forgotten,
    earlier_files,
    has_forgotten,
    with_forgotten_sql,
)
from leadscore.exports.formats import Dialect
from leadscore.exports.former import former_segments
from leadscore.exports.guards import refuse_removals
from leadscore.exports.lists import EVERYBODY, MemberList, known_then_sql, make_lists, nobody_sql
from leadscore.exports.manifest import (
    ExportedFile,
    Layout,
    Manifest,
    exported_segments,
    manifest_place,
    read_manifest,
)
from leadscore.exports.memory import next_memory, remove_memories, told_sql, write_memory
from leadscore.exports.parts import parts_of, write_part
from leadscore.exports.phones import bring_phones
from leadscore.exports.placing import place_together
from leadscore.exports.presets import Preset, known_by
from leadscore.exports.segments import Segment, checksum_of_record, chosen_segments
from leadscore.exports.source import ExportSource, open_source
from leadscore.settings import Settings
from leadscore.storage.access import settle, shared_mode, written_mode
from leadscore.storage.files import Draft
from leadscore.storage.register import WrittenFolder, register

START_ANEW = "Export it with --full once, or to another --output, and go on with --changes from there."


@dataclass(frozen=True)
class ExportRequest:
    """What is asked of an export.

    Attributes:
        segments: Which ones; none: all that are configured, and of changes those that were.
        format: One of FORMATS.
        changes: Whether only what changed since the last export to this folder is told.
        columns: Which columns; None: the usual ones.
        preset: The tool that the files are for.
        dial_code: The calling code for phone numbers without one, of contacts without a country.
        folder: Where the files go.
        safe: Whether people open the files of a preset, too.
        allow_removals: Whether more members may be removed than the guard allows.
        dialect: How CSV is written.
    """

    segments: Sequence[str]
    format: str
    changes: bool
    columns: Sequence[str] | None
    preset: Preset | None
    dial_code: str | None
    folder: Path
    safe: bool = False
    allow_removals: bool = False
    dialect: Dialect = field(default_factory=Dialect)

    @property
    def for_tool(self) -> bool:
        """Whether a tool imports the files."""
        return self.preset is not None


@dataclass(frozen=True)
class _Plan:
    """What is written of one segment.

    Attributes:
        of: Its list.
        layout: How it is written.
        before: What was exported to the folder last.
        after: For changes: the last run that was exported then.
        told: A query of who was on the list then.
        updated_after: The run since which changes make a member an updated one.
    """

    of: MemberList
    layout: Layout
    before: Manifest | None
    after: int | None
    told: str
    updated_after: int


@dataclass(frozen=True)
class _Written:
    """What was written of one segment, beside its places.

    Attributes:
        plan: What it was to be.
        files: full, changes, removed -> the file.
        drafts: These files, and the memory.
        memory: Where the memory belongs.
        manifest: The manifest that makes them count.
    """

    plan: _Plan
    files: Mapping[str, ExportedFile]
    drafts: Sequence[Draft]
    memory: Path
    manifest: Draft


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
            _columns(source, request, segment, None)  # a mistake is refused before anything is written
        with exclusive_folder(request.folder):
            if not request.segments:
                segments += former_segments(
                    source.database, request.folder, segments, changes=request.changes, warn=warn
                )
            plans = [_plan(source, request, segment, number, warn) for number, segment in enumerate(segments)]
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
                    written.append(_write(source, request, plan, drafts))
                files = [draft for one in written for draft in one.drafts]
                place_together(request.folder, files, [one.manifest for one in written])
            for one in written:
                remove_memories(request.folder, one.plan.of.segment.segment_id, but=one.memory)
                drop_forgotten(request.folder, one.plan.before, one.files)
    return [(one.plan.of.segment, file) for one in written for file in one.files.values()]


def _plan(
    source: ExportSource, request: ExportRequest, segment: Segment, number: int, warn: Callable[[str], None]
) -> _Plan:
    preset = request.preset
    before = read_manifest(manifest_place(request.folder, segment.segment_id))
    if before and not segment.is_configured:
        segment = replace(segment, conditions=before.conditions)  # columns go by the models that they name
    columns = _columns(source, request, segment, before)
    layout = Layout(
        request.format,
        preset.name if preset else None,
        tuple(column.name for column in columns),
        request.dial_code,
        request.safe,
        request.dialect.delimiter,
        request.dialect.bom,
    )
    audience_sql = preset.audience_sql if preset else EVERYBODY
    one = MemberList(segment, columns, known_by(columns, preset), audience_sql, number)
    after = _told_before(source, segment, before, layout) if request.changes else None
    told = _told(source, request, one, before, after)
    updated_after = after or 0
    if after and before and not _goes_on(source, before):
        warn(
            f"{segment.segment_id}: up to run {after} the publication doesn't say what this folder was told "
            "(was a backup restored?): all members are told again."
        )
        updated_after = 0
    return _Plan(one, layout, before, after, told, updated_after)


def _goes_on(source: ExportSource, before: Manifest) -> bool:
    """Whether the publication has all the changes that a folder was told of, and no others up to that run."""
    through = before.exported_through
    return before.record in (None, checksum_of_record(source.database, before.segment_id, through))


def _told(
    source: ExportSource, request: ExportRequest, one: MemberList, before: Manifest | None, after: int | None
) -> str:
    """A query of what the folder's reader has on the list."""
    preset = request.preset
    if before is None:
        return nobody_sql(one)
    if after is None and (preset is None or before.layout.preset != preset.name):
        return nobody_sql(one)  # the whole list takes the place of what the reader had
    remembered = told_sql(source.database, one, request.folder, before)
    if remembered is None:
        return nobody_sql(one) if after is None else known_then_sql(one, after)
    return with_forgotten_sql(source.database, one, request.folder, before, remembered)


def _write(source: ExportSource, request: ExportRequest, plan: _Plan, drafts: ExitStack) -> _Written:
    """Write the files of a segment beside their places."""

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
    written = _Written(plan, files, [*(draft for _, draft in parts), memory], memory.place, manifest)
    given = int(before.file_mode, 8) if before and before.file_mode else None
    for draft in [*written.drafts, manifest]:
        settle(draft.path, draft.place, given, shared_mode())
    return written


def _told_before(source: ExportSource, segment: Segment, before: Manifest | None, layout: Layout) -> int:
    """The run up to which this folder has been told of the segment; 0 for nothing yet.

    Raises:
        ExportRefusedError: What would be written now doesn't follow on it.
    """
    if before is None:
        return 0
    if before.layout != layout:
        raise ExportRefusedError(
            f"{segment.segment_id}: what is asked for now is not laid out as the last export to this folder: "
            f"{_differences(before.layout, layout)}",
            START_ANEW,
        )
    if before.exported_through > source.run_number:
        raise ExportRefusedError(
            f"{segment.segment_id}: the publication knows runs up to {source.run_number}, but this "
            f"folder was told of run {before.exported_through}: it comes from another database",
            START_ANEW,
        )
    return before.exported_through


def _differences(before: Layout, now: Layout) -> str:
    told = [
        f"{name} was {was or 'not given'}, is {is_now or 'not given'}"
        for name in ("format", "preset", "dial_code", "safe", "delimiter", "bom")
        if (was := getattr(before, name)) != (is_now := getattr(now, name))
    ]
    gone = [name for name in before.columns if name not in now.columns]
    new = [name for name in now.columns if name not in before.columns]
    told += [f"columns {', '.join(gone)} are gone"] if gone else []
    told += [f"columns {', '.join(new)} are new"] if new else []
    return "; ".join(told) or "the columns are in another order"


def _columns(
    source: ExportSource, request: ExportRequest, segment: Segment, before: Manifest | None
) -> list[Column]:
    if request.preset is None:
        if request.columns is not None:
            return source.catalog.chosen(request.columns)
        if request.changes and before and not before.layout.preset:
            # Changes go on in the columns of the last export, however conditions were edited since.
            return source.catalog.kept(before.layout.columns, has_members=segment.is_configured)
        return source.catalog.usual(segment)
    if segment.is_configured:
        scored = [c for c in segment.conditions if c.models.issubset(source.catalog.models)]
        segment = replace(segment, conditions=tuple(scored))
    return list(request.preset.columns(segment))


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
