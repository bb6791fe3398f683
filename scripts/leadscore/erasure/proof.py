"""The proof of an erasure: every place in which the person could stand is searched again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leadscore.delivery.ledger import ledger_files, ledger_path
from leadscore.erasure.files import log_files
from leadscore.erasure.finder import PersonFinder
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.reach import other_names
from leadscore.erasure.sql import relation_sql, stored_tables
from leadscore.errors import LeadscoreError
from leadscore.exports.forgetting import exported_files
from leadscore.publication.folder import PublicationFolder
from leadscore.settings import Settings
from leadscore.storage.database import Database, open_database
from leadscore.storage.searchable import SearchableFile, SearchKind
from leadscore.text import one_line


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
        problem: Why it couldn't be searched; empty if it was.
        is_removal: Whether it is there to tell a list's reader whom to take off it.
    """

    kind: str
    where: Path
    file: Path
    name: str
    searched: int
    found: int
    problem: str = ""
    is_removal: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether it was searched, and the person isn't there, but to be removed elsewhere."""
        return not self.problem and (self.is_removal or not self.found)


def searched_places(settings: Settings, folders: Sequence[Path], matcher: Matcher) -> Iterator[Place]:
    """Search every place.

    Args:
        settings: Where the database, the publication and the logs are.
        folders: The folders of exports and deliveries.
        matcher: What to look for.
    """
    yield from stored_places(settings, matcher)
    seen: set[Path] = set()
    rooms: list[tuple[Path, Callable[[], Iterator[SearchableFile]]]] = [
        (settings.database.parent, lambda: _beside(settings)),
        *((folder, lambda folder=folder: exported_files(folder)) for folder in folders),
        (settings.root, lambda: log_files(settings)),
    ]
    for where, files in rooms:
        try:
            found = list(files())
        except OSError as error:
            yield Place("text", where, where, "", 0, 0, one_line(str(error)))
            continue
        for file in found:
            real = file.path.resolve()
            if real not in seen:
                seen.add(real)
                yield from (replace(place, is_removal=file.is_removal) for place in _searched(file, matcher))


def stored_places(settings: Settings, matcher: Matcher) -> Iterator[Place]:
    """Search what runs make: the database and what readers see of it."""
    yield from _searched(SearchableFile(settings.database, settings.database, SearchKind.DATABASE), matcher)
    for file in PublicationFolder(settings.published).files():
        yield from _searched(file, matcher)


def _searched(file: SearchableFile, matcher: Matcher) -> Iterator[Place]:
    finder = PersonFinder(matcher)
    try:
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
    except (OSError, LeadscoreError) as error:
        # A damaged file, or one of somebody else's, hides nobody: the proof isn't given then.
        kind = "table" if file.kind is SearchKind.DATABASE else str(file.kind)
        yield Place(kind, file.where, file.path, "", 0, 0, one_line(str(error), longest=300))


def _beside(settings: Settings) -> Iterator[SearchableFile]:
    """The ledger, and what may have been left beside the database, under all names that it was given by."""
    yield from ledger_files(settings.database)
    yield from _leftovers(settings.database)
    yield from _leftovers(ledger_path(settings.database))
    for link in other_names(settings):
        yield from ledger_files(link)
        yield from _leftovers(link)
        if (link.parent / "published").resolve() != settings.published:
            yield from PublicationFolder(link.parent / "published").files()


def _database(file: SearchableFile, finder: PersonFinder) -> Iterator[Place]:
    path = file.path
    with open_database(path, read_only=True) as database:
        for schema, table in stored_tables(database):
            relation = relation_sql(database, schema, table)
            yield Place("table", file.where, path, f"{schema}.{table}", *finder.rows_of(database, relation))
        explained = _parts_of_other_values(database, path, finder.matcher)
    yield _bytes(file, finder.matcher, explained)


def _parts_of_other_values(database: Database, path: Path, matcher: Matcher) -> set[str]:
    """Words whose bytes are in the file only as a part of other values: `c-12` of `c-123`."""
    return {
        word
        for word in matcher.bytes_in(path)
        for schema, table in stored_tables(database)
        if _holds(database, relation_sql(database, schema, table), matcher, word)
    }


def _holds(database: Database, relation: str, matcher: Matcher, word: str) -> bool:
    columns = database.columns(relation)
    query = f"select 1 from {relation} where {matcher.holding_sql(columns, word)} limit 1"
    return bool(database.execute(query))


def _bytes(file: SearchableFile, matcher: Matcher, explained: set[str]) -> Place:
    path = file.path
    found = sum(count for word, count in matcher.bytes_in(path).items() if word not in explained)
    found += matcher.descriptions_in(path)
    return Place("bytes", file.where, path, "", path.stat().st_size, found)


def _leftovers(database: Path) -> Iterator[SearchableFile]:
    """Files that DuckDB or a killed command may have left beside a database."""
    known = {f"{database.name}{end}" for end in ("", ".lock", ".runs.jsonl", ".forget.json")}
    beside = (place for place in database.parent.iterdir() if place.name.startswith(database.name))
    for place in sorted(place for place in beside if place.name not in known):
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            if file.is_file():
                yield SearchableFile(file, file, SearchKind.BYTES)
