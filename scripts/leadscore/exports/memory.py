"""What an export remembers: for whom it wrote what, so that the next one knows whom to take off the list.

It stands beside the manifest, in one of two files: the next export writes the other one, and the manifest,
which comes last, says which counts. An export that was interrupted has so changed nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from leadscore.errors import DatabaseProblemError
from leadscore.exports.copying import copy_rows
from leadscore.exports.files import ExportRefusedError, file_stem
from leadscore.exports.formats import FORMATS, FileFormat
from leadscore.exports.lists import MemberList, remembered_sql
from leadscore.exports.manifest import Manifest
from leadscore.storage.access import keep_access
from leadscore.storage.database import Database, file_literal, identifier, reading_files
from leadscore.storage.files import Draft
from leadscore.storage.searchable import Finder

SUFFIXES = (".memory-1", ".memory-2")


@dataclass(frozen=True)
class Shared:
    """Rows of a memory whose address or number another contact has too.

    Attributes:
        condition: SQL that is true for them.
        columns: Those that hold the address and the number.
    """

    condition: str
    columns: Sequence[str]


def memory_places(folder: Path, segment_id: str) -> list[Path]:
    """The two files of a segment; their names begin with a period, as they are for nobody to read."""
    return [folder / f".{file_stem(segment_id)}{suffix}" for suffix in SUFFIXES]


def is_memory(file: Path) -> bool:
    """Whether a file is one of them, of any segment."""
    return file.name.startswith(".") and file.name.endswith(SUFFIXES)


def segment_of(memory: Path) -> str:
    """The segment that one of them is of."""
    return unquote(memory.stem.removeprefix("."))


def memory_sql(file: Path) -> str:
    """What stands after `from` to read one."""
    return f"read_parquet({file_literal(file)})"


def told_sql(database: Database, one: MemberList, folder: Path, before: Manifest) -> str | None:
    """A query of what a folder was told, by its memory.

    Args:
        database: Any database, to look at the file.
        one: The list that is told of now.
        folder: The folder.
        before: The manifest of its last export.

    Returns:
        None if there is no memory, or people were known by something else then.

    Raises:
        ExportRefusedError: The memory is missing or damaged.
    """
    if before.memory is None:
        return None
    relation = memory_sql(folder / Path(before.memory).name)
    try:
        there = database.columns(relation)
        database.execute(f"select bit_xor(hash(told)) from {relation} as told")
    except DatabaseProblemError as error:
        raise ExportRefusedError(
            f"{one.segment.segment_id}: what was exported before isn't known any more: "
            f"{folder / before.memory} can't be read",
            "Put it back. Without it nobody knows which addresses to take off the list: remove the manifest "
            "too, export with --full, and replace the whole list by that file.",
        ) from error
    names = ["listed_contact_id", "is_listed", *(column.name for column in one.known_by)]
    if list(there) != names:
        return None
    return f"select {', '.join(map(identifier, names))} from {relation}"


def remembers(database: Database, folder: Path, before: Manifest, condition: str) -> bool:
    """Whether rows of a folder's memory meet a condition; so do those that can't be read, or never were."""
    if before.memory is None:
        return True
    relation = memory_sql(folder / Path(before.memory).name)
    try:
        return bool(database.execute(f"select 1 from {relation} where {condition} limit 1"))
    except DatabaseProblemError:
        return True


def forget_in_memory(memory: Path, finder: Finder, shared: Shared | None = None) -> None:
    """Erase a person from a memory.

    Args:
        memory: The file.
        finder: Who.
        shared: Of the person's rows those that stay, as nobody's; None: none.
    """
    with reading_files() as database:
        relation = memory_sql(memory)
        theirs = finder.condition_sql(database.columns(relation))
        if not database.execute(f"select 1 from {relation} where {theirs} limit 1"):
            return
        query = f"from {relation} where not ({theirs})"
        if shared:
            kept = ", ".join(["false as is_listed", *map(identifier, shared.columns)])
            query += f" union all by name select {kept} from {relation} where {theirs} and {shared.condition}"
        draft = Draft(memory)
        copy_rows(database, query, draft.path, FORMATS[FileFormat.PARQUET])
    keep_access(draft.path, memory)
    draft.publish()


def next_memory(folder: Path, segment_id: str, before: Manifest | None) -> Path:
    """Where the next export remembers: in the file that the manifest of the last one doesn't name."""
    places = memory_places(folder, segment_id)
    return next(place for place in places if before is None or place.name != before.memory)


def write_memory(database: Database, one: MemberList, draft: Draft, *, keeps_gone: bool) -> None:
    """Write, beside its place, what is to be remembered now.

    Args:
        database: The publication, with the list made.
        one: The list.
        draft: The memory.
        keeps_gone: Whether this export doesn't tell whom to remove.
    """
    query = remembered_sql(one, keeps_gone=keeps_gone)
    copy_rows(database, query, draft.path, FORMATS[FileFormat.PARQUET])


def remove_memories(folder: Path, segment_id: str, *, but: Path) -> None:
    """Remove a memory that doesn't count any more."""
    for place in memory_places(folder, segment_id):
        if place != but:
            place.unlink(missing_ok=True)
