"""Writing whom a list's reader is to take off it, when a person is forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leadscore.errors import DatabaseProblemError
from leadscore.exports.columns import Column, address_column
from leadscore.exports.copying import copy_rows
from leadscore.exports.files import file_stem
from leadscore.exports.forgotten import KIND, texts_sql
from leadscore.exports.formats import BOM, FORMATS
from leadscore.exports.lists import EVERYBODY, REMOVED, MemberList, gone_sql
from leadscore.exports.manifest import ExportedFile, Manifest
from leadscore.exports.memory import Shared, memory_sql
from leadscore.exports.parts import file_suffix
from leadscore.exports.presets import PRESETS, Tool, known_by
from leadscore.exports.queries import written_rows_sql
from leadscore.exports.segments import Segment
from leadscore.storage.access import settle, shared_mode
from leadscore.storage.database import Database, identifier, open_database
from leadscore.storage.files import Draft, checksum
from leadscore.storage.searchable import Finder

TOLD = "temp.told_removals"


@dataclass(frozen=True)
class Forgetting:
    """Who is forgotten, and what that asks of files of removals.

    Attributes:
        finder: Who.
        are_told: Whether somebody has told all tools: they need no removal.
        is_again: Whether the person was forgotten before: what has been told of them since goes.
    """

    finder: Finder
    are_told: bool = False
    is_again: bool = False


@dataclass(frozen=True)
class Removals:
    """The file of removals of one list, in a folder.

    Attributes:
        folder: The folder.
        manifest: What it says of the list.
        columns: What the list knows people by.
    """

    folder: Path
    manifest: Manifest
    columns: Sequence[Column]

    @classmethod
    def of(cls, folder: Path, manifest: Manifest) -> "Removals":
        """Those that a manifest tells of."""
        segment = Segment(manifest.segment_id, None, False)
        name = manifest.layout.preset
        if name is None:
            usual = [Column("contact_id", "contact_id"), address_column("email")]
            columns = [column for column in usual if column.name in manifest.layout.columns]
            return cls(folder, manifest, known_by(columns, None))
        preset = PRESETS[Tool(name)] if name in [*Tool] else None
        return cls(folder, manifest, known_by(preset.columns(segment), preset) if preset else [])

    @property
    def names(self) -> list[str]:
        """What the columns are called."""
        return [column.name for column in self.columns]

    @property
    def file(self) -> ExportedFile | None:
        """What the manifest says of the file."""
        return self.manifest.files.get(KIND)

    @property
    def place(self) -> Path:
        """Where it stands, or would."""
        stem, layout = file_stem(self.manifest.segment_id), self.manifest.layout
        name = self.file.name if self.file else f"{stem}{file_suffix(KIND)}.{layout.format}"
        return self.folder / Path(name).name

    def after(self, forgetting: Forgetting) -> Manifest:
        """Write them as they are once a person is forgotten; what they tell of others stays.

        Args:
            forgetting: Who.

        Returns:
            The manifest as it is then.
        """
        with open_database(None) as database:
            is_whole = self._read(database)
            theirs = forgetting.finder.condition_sql(database.columns(TOLD))
            are_there = bool(database.execute(f"select 1 from {TOLD} where {theirs} limit 1"))
            if not forgetting.are_told and self._make_gone(database, forgetting.finder):
                return self._with(self._written(database, f"from {TOLD} union {self._gone_sql()}", True))
            if are_there and not forgetting.are_told and not forgetting.is_again:
                return self._with(self._written(database, f"from {TOLD}", True))
            is_marked = bool(self.file and self.file.is_told_again)
            if is_whole and (not are_there or (is_marked and not forgetting.are_told)):
                return self.manifest
            others = f"from {TOLD} where not ({theirs})"
            if database.execute(f"select 1 from ({others}) limit 1"):
                return self._with(self._written(database, others, is_marked))
        self.place.unlink(missing_ok=True)
        return self._with(None)

    def shared(self, finder: Finder) -> Shared | None:
        """The rows of the memory that hold no address or number of a person alone, if there may be any.

        Somebody else has it too, so the next export tells whether it leaves the list. Where lists know people
        by their id, or nobody hears of who leaves, there are none.
        """
        keys = {column.name: "VARCHAR" for column in self.columns if column.identifies}
        if not self._is_read or not any(column.is_address for column in self.columns):
            return None
        is_there = f"coalesce({', '.join(map(identifier, keys))}) is not null"
        return Shared(f"(not ({finder.condition_sql(keys)}) and {is_there})", [*keys])

    def _with(self, file: ExportedFile | None) -> Manifest:
        """The manifest with another file of removals, or none."""
        files = {kind: told for kind, told in self.manifest.files.items() if kind != KIND}
        return replace(self.manifest, files={**files, KIND: file} if file else files)

    def _read(self, database: Database) -> bool:
        """Read the file into a table; whether that could be done: a damaged one is written anew, or goes."""
        columns = ", ".join(f"{identifier(name)} varchar" for name in self.names or ["nothing"])
        database.execute(f"create temp table {TOLD.removeprefix('temp.')} ({columns})")
        if not (self.file and self.file.rows and self.place.is_file()):
            return True
        rows = texts_sql(self.manifest, self.place, self.names)
        try:
            database.execute(f"insert into {TOLD} by name from {rows}")
        except DatabaseProblemError:
            return False
        return True

    def _make_gone(self, database: Database, finder: Finder) -> bool:
        """Find what the memory knows the person by, and nobody else on the list has; whether there is any."""
        memory = self.folder / Path(self.manifest.memory).name if self.manifest.memory else None
        if memory is None or not memory.is_file() or not self._is_read:
            return False
        there = database.columns(memory_sql(memory))
        if list(there) != ["listed_contact_id", "is_listed", *self.names]:
            return False
        theirs = finder.condition_sql(there)
        shared = self.shared(finder)
        alone = f"{theirs} and not {shared.condition if shared else 'false'}"
        for table, condition in (("told_0", alone), ("listed_0", f"is_listed and not ({theirs})")):
            database.execute(f"create temp table {table} as from {memory_sql(memory)} where {condition}")
        segment = Segment(self.manifest.segment_id, None, False)
        one = MemberList(segment, self.columns, self.columns, EVERYBODY, 0)
        database.execute(f"create temp table gone_0 as {gone_sql(one)}")
        return bool(database.execute("select 1 from temp.gone_0 limit 1"))

    def _gone_sql(self) -> str:
        return f"({written_rows_sql('temp.gone_0', self.columns, for_spreadsheets=self._is_guarded)})"

    def _written(self, database: Database, rows: str, is_told_again: bool) -> ExportedFile:
        """Write the file, in the layout of the others."""
        layout, draft = self.manifest.layout, Draft(self.place)
        first, *others = map(identifier, self.names)
        marked = f"{first} as {identifier((BOM if layout.bom else '') + self.names[0])}"
        query = f"select {', '.join([marked, *others])} from ({rows}) order by all"
        try:
            count = copy_rows(database, query, draft.path, FORMATS[layout.format].written(layout.dialect))
            given = int(self.manifest.file_mode, 8) if self.manifest.file_mode else None
            settle(draft.path, draft.place, given, shared_mode())
            file = ExportedFile(
                name=self.place.name,
                rows=count,
                sha256=checksum(draft.path),
                as_of=self.manifest.as_of,
                run_number=self.manifest.exported_through,
                changes={REMOVED: count},
                is_guarded=self._is_guarded,
                is_told_again=is_told_again,
            )
            draft.publish()
        finally:
            draft.discard()
        return file

    @property
    def _is_read(self) -> bool:
        """Whether the list's reader hears of who leaves: tools do, and who was ever told of changes."""
        manifest = self.manifest
        return manifest.layout.preset is not None or manifest.tells_changes or "changes" in manifest.files

    @property
    def _is_guarded(self) -> bool:
        layout = self.manifest.layout
        return FORMATS[layout.format].for_spreadsheets and (layout.safe or layout.preset is None)
