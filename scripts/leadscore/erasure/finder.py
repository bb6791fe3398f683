"""Finding a person in files, each searched as the room that it belongs to says."""

from collections.abc import Mapping
from dataclasses import dataclass

from leadscore.erasure.matcher import Matcher
from leadscore.storage.database import Database, reading_files
from leadscore.storage.searchable import SearchableFile, SearchKind


@dataclass(frozen=True)
class PersonFinder:
    """Finds a person: the `Finder` that exports are given.

    Attributes:
        matcher: What the person is recognised by.
    """

    matcher: Matcher

    def belongs_to(self, segment_id: str) -> bool:
        """Whether they are or were in a segment."""
        return segment_id in self.matcher.person.segments

    def count_in(self, file: SearchableFile) -> int:
        """In how many rows of a file, or how often in its text, they are named; 0 if it isn't there."""
        if not file.path.is_file():
            return 0
        if file.kind is SearchKind.ROWS:
            return self.rows_in(file)[1]
        return self.matcher.found_in(file.path)

    def condition_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows that name them, or hold a hash of theirs."""
        return f"({self.matcher.condition_sql(columns)} or {self.matcher.hashed_sql(columns)})"

    def rows_in(self, file: SearchableFile) -> tuple[int, int]:
        """How many rows a file has, and how many of them name the person."""
        with reading_files() as database:
            return self.rows_of(database, file.relation_sql, or_hashed=True)

    def rows_of(self, database: Database, relation: str, *, or_hashed: bool = False) -> tuple[int, int]:
        """The same of a relation of a database; `or_hashed`: also those that have a hash of theirs."""
        columns = database.columns(relation)
        condition = self.condition_sql(columns) if or_hashed else self.matcher.condition_sql(columns)
        [(rows, found)] = database.execute(
            f"select count(*), count(*) filter (where {condition}) from {relation}"
        )
        return int(rows), int(found)
