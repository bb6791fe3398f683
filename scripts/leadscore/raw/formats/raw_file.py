"""What the loader needs to know of a file, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from leadscore.errors import LeadscoreError
from leadscore.storage.database import Database


@dataclass(frozen=True)
class Reading:
    """A file that can be read.

    Attributes:
        columns: Column in the file -> the SQL expression that is its text.
        relation: What stands after `from`.
        has_rows: Whether there is anything whose columns could be missing.
        expected_rows: How many rows DuckDB must find; None where it can be trusted.
    """

    columns: Mapping[str, str]
    relation: str
    has_rows: bool = True
    expected_rows: int | None = None


class RawFile(Protocol):
    """A file of one format."""

    @property
    def path(self) -> Path:
        """Where it is."""

    def reading(self, database: Database) -> Reading:
        """Find the columns; refuses a file that is broken where this shows."""

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """Say what DuckDB's complaint about this file means: which line, and what to do."""

    def refusal_of_count(self) -> LeadscoreError:
        """Say why DuckDB found another number of rows than there are."""
