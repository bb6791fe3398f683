"""Files in which something may stand about a person, and how each is searched: their own rooms list them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class SearchKind(StrEnum):
    """How a file is searched."""

    DATABASE = "database"  # a DuckDB file: the rows of its tables, and its bytes
    ROWS = "rows"  # the rows of the relation that DuckDB reads it as
    TEXT = "text"
    BYTES = "bytes"


@dataclass(frozen=True)
class SearchableFile:
    """A file that a proof must search.

    Attributes:
        path: The file.
        where: What it belongs to: itself, or the folder that a report names.
        kind: How it is searched.
        relation_sql: What stands after `from` to read its rows; empty unless `kind` is ROWS.
        is_removal: Whether it is there to tell a list's reader whom to take off it.
    """

    path: Path
    where: Path
    kind: SearchKind
    relation_sql: str = ""
    is_removal: bool = False


class Finder(Protocol):
    """Somebody who is looked for, for rooms that don't know who that is and why."""

    def belongs_to(self, segment_id: str) -> bool:
        """Whether they are or were in a segment."""

    def count_in(self, file: SearchableFile) -> int:
        """In how many rows of a file, or how often in its text, they are named; 0 if it isn't there."""

    def condition_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows, of columns with their types, that name them or hold a hash of theirs."""
