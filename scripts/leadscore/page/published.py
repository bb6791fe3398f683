"""Questions to the publication. What was answered is kept until another one is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from leadscore.settings import Settings
from leadscore.storage.database import Database, literal, open_database

Row = dict[str, Any]
Key = tuple[str, int, int, int]
CATALOG = "published_marts"
# Answers that are kept; each is a page of rows at most.
ANSWERS = 500


def publication_key(settings: Settings) -> Key | None:
    """Tells one publication from another; None: there is none."""
    try:
        found = settings.published_database.stat()
    except OSError:
        return None
    return (str(settings.published_database), found.st_ino, found.st_mtime_ns, found.st_size)


class Published:
    """One publication, which stays the same whatever is published meanwhile.

    Attributes:
        key: Which one it is.
    """

    def __init__(self, key: Key) -> None:
        self.key = key

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        """The rows of a query on the schemas `marts` and `store`; few enough to be shown.

        Args:
            sql: The query.
            parameters: What stands at its question marks.
        """
        return _answer(self.key, sql, parameters)

    def row(self, sql: str, *parameters: object) -> Row:
        """The one row of a query."""
        return self.rows(sql, *parameters)[0]

    def values(self, sql: str, *parameters: object) -> list[Any]:
        """The first column of a query."""
        return [next(iter(row.values())) for row in self.rows(sql, *parameters)]

    @property
    def database(self) -> Database:
        """A connection of its own to the publication."""
        return _opened(self.key).another()

    @property
    def published_at(self) -> datetime:
        """When it was published."""
        return datetime.fromtimestamp(self.key[2] / 1e9, UTC)

    @property
    def as_of(self) -> datetime:
        """The instant that the scores are for, UTC."""
        instant: datetime = self.row("select max(as_of) as as_of from state.run_models")["as_of"]
        return instant


@st.cache_data(max_entries=ANSWERS, show_spinner=False)
def _answer(key: Key, sql: str, parameters: Sequence[object]) -> list[Row]:
    return _opened(key).another().records(sql, parameters)


@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(key: Key) -> _Opened:
    return _Opened(Path(key[0]))


class _Opened:
    """A publication in an engine of its own: the same path may be another file by now."""

    def __init__(self, path: Path) -> None:
        self._context = open_database(None)
        self._database = self._context.__enter__()
        self._database.execute(f"attach {literal(path)} as {CATALOG} (read_only)")

    def another(self) -> Database:
        """A connection for one thread."""
        connection = self._database.another()
        connection.execute(f"use {CATALOG}")
        return connection
