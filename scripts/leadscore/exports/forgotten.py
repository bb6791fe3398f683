"""Removals of people who were forgotten: nothing but the file of removals still says what lists know them by.

`forget` writes them there, and then erases them from the memory; the manifest marks the file. The next export
writes that file anew, so it tells them once more: who takes files after each export finds them.
"""

from collections.abc import Mapping
from pathlib import Path

from leadscore.errors import DatabaseProblemError
from leadscore.exports.files import ExportRefusedError
from leadscore.exports.formats import FORMATS
from leadscore.exports.lists import MemberList
from leadscore.exports.manifest import ExportedFile, Manifest
from leadscore.storage.database import Database, identifier

KIND = "removed"


def with_forgotten_sql(
    database: Database, one: MemberList, folder: Path, before: Manifest, remembered: str
) -> str:
    """A query of what a folder was told: what its memory says, and what is marked in its file of removals.

    Args:
        database: Any database, to look at the file.
        one: The list that is told of now.
        folder: The folder.
        before: The manifest of its last export.
        remembered: The query of the memory.

    Raises:
        ExportRefusedError: The file can't be read.
    """
    marked = _marked(before)
    place = folder / Path(marked.name).name if marked else None
    if place is None or not place.is_file():
        return remembered  # its reader has taken the file away
    names = [column.name for column in one.known_by]
    relation = texts_sql(before, place, names)
    columns = ", ".join(map(identifier, names))
    query = f"select {columns} from {relation} except select {columns} from memory"
    try:
        database.execute(f"select bit_xor(hash(told)) from (select {columns} from {relation}) as told")
    except DatabaseProblemError as error:
        raise ExportRefusedError(
            f"{one.segment.segment_id}: the removals of people who were forgotten can't be read: {place}",
            "Put it back as it was written; or take them off the list by hand, and remove it.",
        ) from error
    return f"""
        with memory as ({remembered})
        from memory
        union all by name
        (select null::varchar as listed_contact_id, null::boolean as is_listed, told.* from ({query}) as told)
    """


def has_forgotten(database: Database, one: MemberList) -> bool:
    """Whether a list's removals are also of people who were forgotten."""
    return bool(database.execute(f"select 1 from {one.gone} where is_listed is null limit 1"))


def earlier_files(before: Manifest) -> Mapping[str, ExportedFile]:
    """The files of the exports before that stay, unless this export writes them anew."""
    marked = _marked(before)
    return {kind: file for kind, file in before.files.items() if file != marked}


def drop_forgotten(folder: Path, before: Manifest | None, written: Mapping[str, ExportedFile]) -> None:
    """Remove a marked file of removals that an export hasn't written anew: a whole list took its place."""
    marked = _marked(before) if before else None
    if marked and marked.name not in {file.name for file in written.values()}:
        (folder / Path(marked.name).name).unlink(missing_ok=True)


def texts_sql(manifest: Manifest, place: Path, names: list[str]) -> str:
    """What stands after `from` to read a file of removals."""
    read = FORMATS[manifest.layout.format].texts_sql
    return read(place, manifest.layout.dialect, names) if read else "(select null where false)"


def _marked(manifest: Manifest) -> ExportedFile | None:
    file = manifest.files.get(KIND)
    return file if file and file.is_told_again else None
