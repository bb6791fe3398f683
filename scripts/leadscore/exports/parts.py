"""Which files an export of a segment consists of, and how each is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leadscore.exports.columns import Column
from leadscore.exports.copying import copy_rows
from leadscore.exports.formats import FORMATS
from leadscore.exports.manifest import ExportedFile
from leadscore.exports.presets import Preset, on_file
from leadscore.exports.queries import ADDED, REMOVED, UPDATED, Selection, counts_sql, rows_sql
from leadscore.exports.segments import Segment
from leadscore.exports.source import ExportSource
from leadscore.storage.files import Draft, checksum


@dataclass(frozen=True)
class Part:
    """A file of an export.

    Attributes:
        kind: full, changes or removed.
        selection: Whose rows.
        columns: What is told of them.
        for_people: Whether a spreadsheet may open it: then text that looks like a formula is made harmless.
        identified_only: Whether rows without any value are left out: they would say nobody.
    """

    kind: str
    selection: Selection
    columns: Sequence[Column]
    for_people: bool
    identified_only: bool = False

    @property
    def suffix(self) -> str:
        """What follows the segment's name in the file's name."""
        return file_suffix(self.kind)


def file_suffix(kind: str) -> str:
    """What follows the segment's name in the name of a file: full, changes or removed."""
    return "" if kind == "full" else f"_{kind}"


def parts_of(
    segment: Segment,
    preset: Preset | None,
    columns: Sequence[Column],
    after: int | None,
    *,
    safe: bool = False,
) -> list[Part]:
    """The files of an export: all members, or, after a run, what changed since.

    A tool would import the rows of those who were removed: with a preset they stand in a file of their own,
    with what the tool knows people by and nothing else.

    Args:
        segment: The segment.
        preset: The tool; None: people.
        columns: What is told.
        after: The run up to which the folder was told; None: all members are.
        safe: Whether the tool's files are for people, too.
    """
    if preset is None:
        if after is None:
            return [Part("full", Selection(segment), columns, for_people=True)]
        told = [columns[0], Column("change", "moved.change", is_text=False), *columns[1:]]
        return [Part("changes", Selection(segment, after=after), told, for_people=True)]
    if after is None:
        return [Part("full", Selection(segment, preset.needs_address), columns, for_people=safe)]
    come = Selection(segment, preset.needs_address, after, (ADDED, UPDATED))
    gone = Selection(segment, preset.needs_address, after, (REMOVED,))
    known_by = [on_file(column) for column in columns[: preset.removal]]
    return [
        Part("changes", come, columns, for_people=safe),
        Part("removed", gone, known_by, for_people=safe, identified_only=True),
    ]


def write_part(source: ExportSource, part: Part, draft: Draft, name: str) -> ExportedFile:
    """Write a file beside its place; the database does it, however many rows there are."""
    form = FORMATS[name]
    query = rows_sql(
        part.selection,
        [_nested(column) for column in part.columns] if form.nests else part.columns,
        for_spreadsheets=part.for_people and form.for_spreadsheets,
        identified_only=part.identified_only,
    )
    copied = copy_rows(source.database, query, draft.path, form)
    after = part.selection.after
    return ExportedFile(
        name=draft.place.name,
        rows=copied,
        sha256=checksum(draft.path),
        as_of=source.as_of,
        run_number=source.run_number,
        after_run=after,
        changes=None
        if after is None
        else {str(row[0]): int(row[1]) for row in source.database.execute(counts_sql(part.selection))},
    )


def _nested(column: Column) -> Column:
    """In JSON the attributes are an object, not its text."""
    if column.name == "attributes":
        return replace(column, sql=f"cast({column.sql} as json)", is_text=False)
    return column
