"""What the loader needs to know of a file, whatever its format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from leadscore.errors import LeadscoreError
from leadscore.storage.database import Database


@dataclass(frozen=True)
class Reading:
    """A file that can be read.

    Attributes:
        columns: Header that is wanted as a column of the table -> the SQL expression that is its text.
        rest: Any other header -> the SQL expression that is its value as JSON, null where the cell is empty.
        headers: All of them, in the file's order.
        relation: What stands after `from`.
        numbers: Header of `columns` -> SQL that is true where the file has a number and no text.
        has_rows: Whether there is anything whose columns could be missing.
        expected_rows: How many rows DuckDB must find; None where it can be trusted.
        miscounted: What it means if DuckDB finds another number.
    """

    columns: Mapping[str, str]
    rest: Mapping[str, str]
    headers: Sequence[str]
    relation: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    has_rows: bool = True
    expected_rows: int | None = None
    miscounted: LeadscoreError | None = None


class RawFile(Protocol):
    """A file of one format."""

    @property
    def path(self) -> Path:
        """Where its user has it; what it holds may be read from elsewhere."""

    def reading(self, database: Database) -> Reading:
        """Find the columns; refuses a file that is broken where this shows."""

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """Say what DuckDB's complaint about this file means: which line, and what to do."""
