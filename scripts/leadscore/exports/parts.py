"""Which files an export of a segment consists of, and how each is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from leadscore.exports.columns import Column
from leadscore.exports.copying import copy_rows
from leadscore.exports.formats import FORMATS, Dialect, Format
from leadscore.exports.lists import ADDED, REMOVED, UPDATED, MemberList
from leadscore.exports.manifest import ExportedFile
from leadscore.exports.queries import rows_sql, written_rows_sql
from leadscore.exports.source import ExportSource
from leadscore.storage.database import Database
from leadscore.storage.files import Draft, checksum


@dataclass(frozen=True)
class Part:
    """A file of an export.

    Attributes:
        kind: full, changes or removed.
        of: The list that it tells of.
        columns: What is told.
        for_people: Whether a spreadsheet may open it: then text that looks like a formula is made harmless.
        changes: Which changes of contacts are in it; none in the other kinds.
        after: For changes: the last run that was exported before.
    """

    kind: str
    of: MemberList
    columns: Sequence[Column]
    for_people: bool
    changes: Sequence[str] = field(default=())
    after: int | None = None

    @property
    def suffix(self) -> str:
        """What follows the segment's name in the file's name."""
        return file_suffix(self.kind)

    def query(self, form: Format, *, bom: bool) -> str:
        """Its rows, in their order."""
        is_guarded = self.for_people and form.for_spreadsheets
        if self.kind == "removed":
            return written_rows_sql(self.of.gone, self.columns, for_spreadsheets=is_guarded, bom=bom)
        moved = self.of.moved_sql(self.changes) if self.changes else self.of.members_sql
        columns = [_nested(column) for column in self.columns] if form.nests else self.columns
        return rows_sql(self.of.segment, moved, columns, for_spreadsheets=is_guarded, bom=bom)

    def counts(self, database: Database, rows: int) -> Mapping[str, int] | None:
        """How many of its rows tell of which change; None for all members."""
        if self.kind == "removed":
            return {REMOVED: rows} if rows else {}
        if not self.changes:
            return None
        query = (
            f"select change, count(*) from {self.of.moved_sql(self.changes)} group by change order by change"
        )
        return {str(change): int(count) for change, count in database.execute(query)}


def file_suffix(kind: str) -> str:
    """What follows the segment's name in the name of a file: full, changes or removed."""
    return "" if kind == "full" else f"_{kind}"


def parts_of(
    one: MemberList, after: int | None, *, has_removals: bool, for_tool: bool, safe: bool = False
) -> list[Part]:
    """The files of an export: all members, or, after a run, what changed since.

    A tool would import the rows of those who were removed: with a preset they stand in a file of their own,
    with what the tool knows people by and nothing else. So do addresses in files for people.

    Args:
        one: The list.
        after: The run up to which the folder was told; None: all members are.
        has_removals: Whether anybody is to be taken off it.
        for_tool: Whether the files are for a tool, not for people.
        safe: Whether the tool's files are for people, too.
    """
    for_people = safe or not for_tool
    gone = [Part("removed", one, one.known_by, for_people, after=after)]
    if after is None:
        # Who replaces a list by this file needs no removals; who adds it to one does.
        full = Part("full", one, one.columns, for_people)
        return [full, *(gone if for_tool and has_removals else [])]
    if for_tool:
        changes = Part("changes", one, one.columns, for_people, (ADDED, UPDATED), after)
    else:
        first, *others = one.told_columns
        told = [first, Column("change", "moved.change", is_text=False), *others]
        changes = Part("changes", one, told, for_people, (ADDED, UPDATED, REMOVED), after)
    return [changes, *(gone if one.removes else [])]


def write_part(source: ExportSource, part: Part, draft: Draft, name: str, dialect: Dialect) -> ExportedFile:
    """Write a file beside its place; the database does it, however many rows there are."""
    form = FORMATS[name]
    rows = copy_rows(source.database, part.query(form, bom=dialect.bom), draft.path, form.written(dialect))
    return ExportedFile(
        name=draft.place.name,
        rows=rows,
        sha256=checksum(draft.path),
        as_of=source.as_of,
        run_number=source.run_number,
        after_run=part.after,
        changes=part.counts(source.database, rows),
        is_guarded=part.for_people and form.for_spreadsheets,
    )


def _nested(column: Column) -> Column:
    """In JSON the attributes are an object, not its text."""
    if column.name == "attributes":
        return replace(column, sql=f"cast({column.sql} as json)", is_text=False)
    return column
