"""What is asked of an export, and what that comes to for each segment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from leadscore.exports.columns import Column
from leadscore.exports.files import ExportRefusedError
from leadscore.exports.forgotten import with_forgotten_sql
from leadscore.exports.formats import Dialect
from leadscore.exports.lists import EVERYBODY, MemberList, known_then_sql, nobody_sql
from leadscore.exports.manifest import Layout, Manifest, manifest_place, read_manifest
from leadscore.exports.memory import told_sql
from leadscore.exports.presets import Preset, known_by
from leadscore.exports.segments import Segment, checksum_of_record
from leadscore.exports.source import ExportSource

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
class Plan:
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


def plan_of(
    source: ExportSource, request: ExportRequest, segment: Segment, number: int, warn: Callable[[str], None]
) -> Plan:
    """What is to be written of a segment.

    Args:
        source: The publication.
        request: What is asked.
        segment: The segment.
        number: What tells its list from those of other segments.
        warn: Is told what people should know.

    Raises:
        UsageMistakeError: A column doesn't exist.
        ExportRefusedError: Changes wouldn't follow on the last ones.
    """
    preset = request.preset
    before = read_manifest(manifest_place(request.folder, segment.segment_id))
    if before and not segment.is_configured:
        segment = replace(segment, conditions=before.conditions)  # columns go by the models that they name
    columns = columns_of(source, request, segment, before)
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
    return Plan(one, layout, before, after, told, updated_after)


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


def columns_of(
    source: ExportSource, request: ExportRequest, segment: Segment, before: Manifest | None
) -> list[Column]:
    """The columns of a segment's files.

    Args:
        source: The publication.
        request: What is asked.
        segment: The segment.
        before: What was exported to the folder last.

    Raises:
        UsageMistakeError: A column doesn't exist, or two would have one name.
    """
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
