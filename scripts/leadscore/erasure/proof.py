"""The proof of an erasure: every place in which the person could stand is searched again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadscore.delivery.ledger import ledger_path
from leadscore.erasure.files import exported_files, found_in_file, log_files
from leadscore.erasure.rows import stored_tables
from leadscore.erasure.traces import Traces
from leadscore.settings import Settings
from leadscore.storage.database import Database, file_literal, identifier, opened


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


def searched_places(settings: Settings, folders: Sequence[Path], traces: Traces) -> Iterator[Place]:
    """Search every place.

    Args:
        settings: Where the database, the publication and the logs are.
        folders: The folders of exports.
        traces: What to look for.
    """
    yield from _database(settings.database, traces)
    if ledger_path(settings.database).is_file():
        yield from _database(ledger_path(settings.database), traces)
    for file in _leftovers(settings.database):
        yield _bytes(file, traces, explained=set())
    for file in _published(settings.published):
        if file.suffix == ".duckdb":
            yield from _database(file, traces)
        elif file.suffix == ".parquet":
            yield from _parquet(file, traces)
        else:
            yield _bytes(file, traces, explained=set())
    for file in (file for folder in folders for file in exported_files(folder)):
        if file.suffix == ".parquet":
            yield from _parquet(file, traces)
        else:
            yield _text(file.parent, file, traces)
    for where, file in log_files(settings):
        if file.is_file():
            yield _text(where, file, traces)


def _database(path: Path, traces: Traces) -> Iterator[Place]:
    with opened(path, read_only=True) as database:
        for schema, table in stored_tables(database):
            relation = f"{identifier(schema)}.{identifier(table)}"
            rows, found = _search(database, relation, traces)
            yield Place("table", path, path, f"{schema}.{table}", rows, found)
        explained = _parts_of_other_values(database, path, traces)
    yield _bytes(path, traces, explained)


def _search(database: Database, relation: str, traces: Traces) -> tuple[int, int]:
    condition = traces.condition(database.columns(relation))
    counts = database.execute(f"select count(*), count(*) filter (where {condition}) from {relation}")
    return int(counts[0][0]), int(counts[0][1])


def _parts_of_other_values(database: Database, path: Path, traces: Traces) -> set[str]:
    """Words whose bytes are in the file only as a part of other values: `c-12` of `c-123`."""
    return {
        word
        for word in traces.bytes_in(path)
        for schema, table in stored_tables(database)
        if _holds(database, f"{identifier(schema)}.{identifier(table)}", traces, word)
    }


def _holds(database: Database, relation: str, traces: Traces, word: str) -> bool:
    columns = database.columns(relation)
    query = f"select 1 from {relation} where {traces.holding(columns, word)} limit 1"
    return bool(database.execute(query))


def _bytes(file: Path, traces: Traces, explained: set[str]) -> Place:
    found = sum(count for word, count in traces.bytes_in(file).items() if word not in explained)
    return Place("bytes", file, file, "", file.stat().st_size, found)


def _text(where: Path, file: Path, traces: Traces) -> Place:
    return Place("text", where, file, "", file.stat().st_size, found_in_file(file, traces))


def _parquet(file: Path, traces: Traces) -> Iterator[Place]:
    with opened(None) as database:
        relation = f"read_parquet({file_literal(file)})"
        rows, found = _search(database, relation, traces)
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
