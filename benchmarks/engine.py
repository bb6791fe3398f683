"""DuckDB as all measurements set it: the project's profile reads the same variables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Engine:
    """DuckDB's settings.

    Attributes:
        memory_limit: What DuckDB may use, such as `8GB`; None: its default, 80 % of the machine's.
    """

    memory_limit: str | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The same, for the environment of `leadscore`."""
        return {"LEADSCORE_MEMORY_LIMIT": self.memory_limit} if self.memory_limit else {}

    @contextmanager
    def connect(self, database: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a database with these settings, and close it afterwards."""
        with duckdb.connect(str(database), read_only=read_only) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("set preserve_insertion_order = false")
            if self.memory_limit:
                connection.execute(f"set memory_limit = '{self.memory_limit}'")
            yield connection
