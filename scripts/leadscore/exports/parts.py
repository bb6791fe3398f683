"""Which files an export of a segment consists of, and how each is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from leadscore.exports.columns import Column
from leadscore.exports.files import Draft
from leadscore.exports.manifest import ExportedFile
from leadscore.exports.presets import Preset, on_file
from leadscore.exports.publication import Publication
from leadscore.exports.queries import ADDED, REMOVED, UPDATED, Selection, counts_of, rows_of
from leadscore.exports.segments import Segment
from leadscore.storage.database import literal


class FileFormat(StrEnum):
    """How the rows of a file are written."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"


FORMATS = {
    FileFormat.CSV: "format csv, header true, delimiter ',', quote '\"', escape '\"', null ''",
    FileFormat.PARQUET: "format parquet, compression zstd",
    FileFormat.JSONL: "format json, array false",
}


@dataclass(frozen=True)
class Part:
    """A file of an export.

    Attributes:
        kind: full, changes or removed.
        selection: Whose rows.
        columns: What is told of them.
        for_people: Whether a spreadsheet may open it: then text that looks like a formula is made harmless.
        needs_phones: Whether columns look into `phones`.
        identified_only: Whether rows without any value are left out: they would say nobody.
    """

    kind: str
    selection: Selection
    columns: Sequence[Column]
    for_people: bool
    needs_phones: bool = False
    identified_only: bool = False

    @property
    def suffix(self) -> str:
        """What follows the segment's name in the file's name."""
        return "" if self.kind == "full" else f"_{self.kind}"


def parts_of(
    segment: Segment, preset: Preset | None, columns: Sequence[Column], after: int | None
) -> list[Part]:
    """The files of an export: all members, or, after a run, what changed since.

    A tool would import the rows of those who were removed: with a preset they stand in a file of their own,
    with what the tool knows people by and nothing else.
    """
    if preset is None:
        if after is None:
            return [Part("full", Selection(segment), columns, for_people=True)]
        told = [columns[0], Column("change", "moved.change", is_text=False), *columns[1:]]
        return [Part("changes", Selection(segment, after=after), told, for_people=True)]
    part = partial(Part, for_people=False, needs_phones=preset.needs_phones)
    if after is None:
        return [part("full", Selection(segment, preset.needs_address), columns)]
    come = Selection(segment, preset.needs_address, after, (ADDED, UPDATED))
    gone = Selection(segment, preset.needs_address, after, (REMOVED,))
    known_by = [on_file(column) for column in columns[: preset.removal]]
    return [part("changes", come, columns), part("removed", gone, known_by, identified_only=True)]


def write_part(publication: Publication, part: Part, draft: Draft, form: FileFormat) -> ExportedFile:
    """Write a file beside its place; the database does it, however many rows there are."""
    query = rows_of(
        part.selection,
        [_nested(column) for column in part.columns] if form is FileFormat.JSONL else part.columns,
        publication.catalog.models,
        for_spreadsheets=part.for_people and form is FileFormat.CSV,
        with_phones=part.needs_phones,
        identified_only=part.identified_only,
    )
    copied = publication.database.execute(f"copy ({query}) to {literal(draft.path)} ({FORMATS[form]})")
    after = part.selection.after
    return ExportedFile(
        name=draft.place.name,
        rows=int(copied[0][0]),
        sha256=draft.checksum(),
        as_of=publication.as_of,
        run_number=publication.run_number,
        after_run=after,
        changes=None
        if after is None
        else {str(row[0]): int(row[1]) for row in publication.database.execute(counts_of(part.selection))},
    )


def _nested(column: Column) -> Column:
    """In JSON the attributes are an object, not its text."""
    if column.name == "attributes":
        return Column(column.name, f"cast({column.sql} as json)", is_text=False)
    return column
