"""DuckDB connections: the one module that imports duckdb, and turns its errors into typed ones."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import duckdb

from leadscore.errors import DatabaseBusyError, DatabaseProblemError
from leadscore.settings import Variable, said
from leadscore.text import indented_lines

POLL_SECONDS = 0.2
# `leadscore status` reads without the lock: who writes waits until it has.
READER_SECONDS = 5.0
READER_POLL_SECONDS = 0.05
# As in profiles.yml: a full run of 20 million events takes 3 % longer than with all there is.
MEMORY_LIMIT = "3GB"
LOCKED = "Could not set lock"  # what DuckDB says of a file that another process has open


class ReadProblemError(DatabaseProblemError):
    """DuckDB couldn't read or convert what it was given; the caller knows from which file."""


class Database:
    """An open DuckDB connection. Times are UTC, whatever the machine's zone."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.execute("set TimeZone = 'UTC'")
        self.execute("set preserve_insertion_order = false")
        self.execute("set enable_caching_operators = false")  # see profiles.yml
        # Some runs do it: macro vacuum_in_some_runs.
        self.execute("set max_vacuum_tasks = 0")
        limit = said(Variable.MEMORY_LIMIT) or MEMORY_LIMIT
        self.execute(f"set memory_limit = {literal(limit)}")

    def another(self) -> "Database":
        """A second connection to the same databases: one streams rows, the other runs statements."""
        return Database(self._connection.cursor())

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with _typed_errors():
            cursor = self._connection.execute(sql, list(parameters))
            return list(cursor.fetchall()) if cursor.description else []

    def interrupt(self) -> None:
        """Stop what another thread runs on this connection."""
        self._connection.interrupt()

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The one value that a query gives."""
        return self.execute(sql, parameters)[0][0]

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[dict[str, Any]]:
        """Run one query and hand out its rows as mappings, a thousand in memory at a time."""
        with _typed_errors():
            cursor = self._connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description]
            while chunk := cursor.fetchmany(1000):
                for row in chunk:
                    yield dict(zip(names, row, strict=True))

    def records(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and return its rows as mappings."""
        return list(self.stream(sql, parameters))

    def arrays(self, sql: str, parameters: Sequence[object] = ()) -> dict[str, Any]:
        """Run one query and return its columns as NumPy arrays, which only learning has installed."""
        with _typed_errors():
            found: dict[str, Any] = self._connection.execute(sql, list(parameters)).fetchnumpy()
            return found

    def execute_watched(self, sql: str, progress: Callable[[float], None]) -> list[tuple[Any, ...]]:
        """Run one long statement; `progress` hears the percentage that is done."""
        self._connection.execute("set enable_progress_bar = true")
        self._connection.execute("set enable_progress_bar_print = false")
        self._connection.execute("set progress_bar_time = 0")
        outcome: list[Any] = []

        def work() -> None:
            try:
                outcome.append(self.execute(sql))
            except BaseException as error:
                outcome.append(error)

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        try:
            while worker.is_alive():
                worker.join(POLL_SECONDS)
                progress(max(0.0, self._connection.query_progress()))
        except BaseException:
            self._connection.interrupt()
            worker.join()
            raise
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return list(outcome[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens inside, or nothing."""
        self.execute("begin transaction")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self.execute("commit")

    def tables(self, schema: str, catalog: str | None = None) -> dict[str, str]:
        """The tables and views of a schema -> `BASE TABLE` or `VIEW`."""
        rows = self.execute(
            """
            select table_name, table_type
            from information_schema.tables
            where table_schema = ? and table_catalog = coalesce(?, current_database())
            order by table_name
            """,
            [schema, catalog],
        )
        return {str(name): str(kind) for name, kind in rows}

    def tables_read(self, query: str) -> frozenset[str]:
        """The tables that a query reads, by DuckDB's own parser: `schema.table`, in lower case.

        Nothing is looked up: its own CTEs are among them. Of what can't be parsed there are none.
        """
        rows = self.execute(
            """
            select lower(concat_ws('.', nullif(value ->> 'schema_name', ''), value ->> 'table_name'))
            from json_tree(json_serialize_sql(?))
            where value ->> 'type' = 'BASE_TABLE'
            """,
            [query],
        )
        return frozenset(str(name) for (name,) in rows)

    def columns(self, relation: str) -> dict[str, str]:
        """The columns of a relation -> their types."""
        return {str(row[0]): str(row[1]) for row in self.execute(f"describe select * from {relation}")}


@contextmanager
def open_database(path: Path | None, *, read_only: bool = False) -> Iterator[Database]:
    """Open a DuckDB file (None: one in memory) and close it afterwards."""
    with _typed_errors(path):
        connection = _connected(":memory:" if path is None else str(path), read_only)
    try:
        yield Database(connection)
    finally:
        connection.close()


@contextmanager
def reading_files() -> Iterator[Database]:
    """A connection for queries that make nothing, on files or on values: opening a database takes longer."""
    with _typed_errors():
        connection = _empty_database().cursor()
    try:
        yield Database(connection)
    finally:
        connection.close()


@cache
def _empty_database() -> Any:
    connection = duckdb.connect()
    # A file is read as it is now, however often and however soon it changes.
    connection.execute("set enable_external_file_cache = false")
    return connection


def _connected(path: str, read_only: bool) -> Any:
    patience = monotonic() + (0 if read_only else READER_SECONDS)
    while True:
        try:
            return duckdb.connect(path, read_only=read_only)
        except duckdb.IOException as error:
            if LOCKED not in str(error) or monotonic() >= patience:
                raise
        sleep(READER_POLL_SECONDS)


def literal(text: str | Path) -> str:
    """A text as a SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """A file's path as a SQL literal in which nothing is a wildcard."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


def identifier(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _typed_errors(path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise problem(str(error), path, error) from error
    except RuntimeError as error:
        # What DuckDB makes of Ctrl-C while it works.
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def problem(
    message: str, path: Path | None = None, cause: BaseException | None = None
) -> DatabaseProblemError | DatabaseBusyError:
    """What DuckDB's message means to a user."""
    if LOCKED in message:
        holder = re.search(r"held in (.*? \(PID \d+\))", message)
        return DatabaseBusyError(
            f"the database is open in another process: {holder[1] if holder else message}",
            "Close that program, or let it open the published leadscore.duckdb instead; then try again.",
        )
    lines = indented_lines(message)
    if path is not None:
        return DatabaseProblemError(
            [f"{path} can't be opened: {lines[0]}", *lines[1:]], "Set LEADSCORE_DATABASE to a DuckDB file."
        )
    if isinstance(cause, duckdb.InvalidInputException | duckdb.DataError):
        return ReadProblemError(lines)
    return DatabaseProblemError(lines)
