"""The proof of an erasure: every place in which the person could stand is searched again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadscore.delivery.ledger import ledger_files
from leadscore.erasure.files import log_files
from leadscore.erasure.finder import PersonFinder
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.rows import stored_tables
from leadscore.exports.forgetting import exported_files
from leadscore.publication.folder import PublicationFolder
from leadscore.settings import Settings
from leadscore.storage.database import Database, identifier, open_database
from leadscore.storage.searchable import SearchableFile, SearchKind


@dataclass(frozen=True)
class Place:
    """A place that was searched.

    Attributes:
        kind: table (its rows), rows (of a file that DuckDB reads), text (of a file) or bytes (of a file).
        where: What it belongs to: a database or a folder.
        file: The file.
        name: The table; empty for a whole file.
        searched: How many rows or bytes.
        found: How many of the rows name the person, or how often the file does.
    """

    kind: str
    where: Path
    file: Path
    name: str
    searched: int
    found: int


def searched_places(settings: Settings, folders: Sequence[Path], matcher: Matcher) -> Iterator[Place]:
    """Search every place.

    Args:
        settings: Where the database, the publication and the logs are.
        folders: The folders of exports.
        matcher: What to look for.
    """
    finder = PersonFinder(matcher)
    for file in _files(settings, folders):
        match file.kind:
            case SearchKind.DATABASE:
                yield from _database(file, finder)
            case SearchKind.ROWS:
                yield Place("rows", file.where, file.path, "", *finder.rows_in(file))
            case SearchKind.TEXT:
                size = file.path.stat().st_size
                yield Place("text", file.where, file.path, "", size, finder.count_in(file))
            case SearchKind.BYTES:
                yield _bytes(file, matcher, explained=set())


def _files(settings: Settings, folders: Sequence[Path]) -> Iterator[SearchableFile]:
    """What every room says that it holds."""
    yield SearchableFile(settings.database, settings.database, SearchKind.DATABASE)
    yield from ledger_files(settings.database)
    yield from _leftovers(settings.database)
    yield from PublicationFolder(settings.published).files()
    for folder in folders:
        yield from exported_files(folder)
    yield from log_files(settings)


def _database(file: SearchableFile, finder: PersonFinder) -> Iterator[Place]:
    path = file.path
    with open_database(path, read_only=True) as database:
        for schema, table in stored_tables(database):
            relation = f"{identifier(schema)}.{identifier(table)}"
            yield Place("table", file.where, path, f"{schema}.{table}", *finder.rows_of(database, relation))
        explained = _parts_of_other_values(database, path, finder.matcher)
    yield _bytes(file, finder.matcher, explained)


def _parts_of_other_values(database: Database, path: Path, matcher: Matcher) -> set[str]:
    """Words whose bytes are in the file only as a part of other values: `c-12` of `c-123`."""
    return {
        word
        for word in matcher.bytes_in(path)
        for schema, table in stored_tables(database)
        if _holds(database, f"{identifier(schema)}.{identifier(table)}", matcher, word)
    }


def _holds(database: Database, relation: str, matcher: Matcher, word: str) -> bool:
    columns = database.columns(relation)
    query = f"select 1 from {relation} where {matcher.holding_sql(columns, word)} limit 1"
    return bool(database.execute(query))


def _bytes(file: SearchableFile, matcher: Matcher, explained: set[str]) -> Place:
    path = file.path
    found = sum(count for word, count in matcher.bytes_in(path).items() if word not in explained)
    return Place("bytes", file.where, path, "", path.stat().st_size, found)


def _leftovers(database: Path) -> Iterator[SearchableFile]:
    """Files that DuckDB or a killed command may have left beside the database."""
    known = {database, *(database.with_name(f"{database.name}{end}") for end in (".lock", ".runs.jsonl"))}
    beside = sorted(database.parent.glob(f"{database.name}*"))
    files = [file for place in beside for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    pending = f"{database.name}.forget.json"
    for file in files:
        if file.is_file() and file not in known and file.name != pending:
            yield SearchableFile(file, file, SearchKind.BYTES)
