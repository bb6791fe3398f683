"""The proof of an erasure: every place in which the person could stand is searched again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadscore.delivery.ledger import ledger_path
from leadscore.erasure.files import exported_files, found_in_file, log_files
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.rows import stored_tables
from leadscore.settings import Settings
from leadscore.storage.database import Database, file_literal, identifier, open_database


@dataclass(frozen=True)
class Place:
    """A place that was searched.

    Attributes:
        kind: table (its rows), rows (of a Parquet file), text (of a file) or bytes (of a file).
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
    yield from _database(settings.database, matcher)
    if ledger_path(settings.database).is_file():
        yield from _database(ledger_path(settings.database), matcher)
    for file in _leftovers(settings.database):
        yield _bytes(file, matcher, explained=set())
    for file in _published(settings.published):
        if file.suffix == ".duckdb":
            yield from _database(file, matcher)
        elif file.suffix == ".parquet":
            yield from _parquet(file, matcher)
        else:
            yield _bytes(file, matcher, explained=set())
    for file in (file for folder in folders for file in exported_files(folder)):
        if file.suffix == ".parquet":
            yield from _parquet(file, matcher)
        else:
            yield _text(file.parent, file, matcher)
    for where, file in log_files(settings):
        if file.is_file():
            yield _text(where, file, matcher)


def _database(path: Path, matcher: Matcher) -> Iterator[Place]:
    with open_database(path, read_only=True) as database:
        for schema, table in stored_tables(database):
            relation = f"{identifier(schema)}.{identifier(table)}"
            rows, found = _search(database, relation, matcher)
            yield Place("table", path, path, f"{schema}.{table}", rows, found)
        explained = _parts_of_other_values(database, path, matcher)
    yield _bytes(path, matcher, explained)


def _search(database: Database, relation: str, matcher: Matcher) -> tuple[int, int]:
    condition = matcher.condition(database.columns(relation))
    counts = database.execute(f"select count(*), count(*) filter (where {condition}) from {relation}")
    return int(counts[0][0]), int(counts[0][1])


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
    query = f"select 1 from {relation} where {matcher.holding(columns, word)} limit 1"
    return bool(database.execute(query))


def _bytes(file: Path, matcher: Matcher, explained: set[str]) -> Place:
    found = sum(count for word, count in matcher.bytes_in(file).items() if word not in explained)
    return Place("bytes", file, file, "", file.stat().st_size, found)


def _text(where: Path, file: Path, matcher: Matcher) -> Place:
    return Place("text", where, file, "", file.stat().st_size, found_in_file(file, matcher))


def _parquet(file: Path, matcher: Matcher) -> Iterator[Place]:
    with open_database(None) as database:
        relation = f"read_parquet({file_literal(file)})"
        rows, found = _search(database, relation, matcher)
    yield Place("rows", file.parent, file, "", rows, found)


def _leftovers(database: Path) -> list[Path]:
    """Files that DuckDB or a killed command may have left beside the database."""
    known = {database, *(database.with_name(f"{database.name}{end}") for end in (".lock", ".runs.jsonl"))}
    beside = sorted(database.parent.glob(f"{database.name}*"))
    files = [file for place in beside for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    pending = f"{database.name}.forget.json"
    return [file for file in files if file.is_file() and file not in known and file.name != pending]


def _published(folder: Path) -> list[Path]:
    """All files of all publications, once each: the names that readers know lead to them."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
