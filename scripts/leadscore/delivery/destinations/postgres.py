"""A table in PostgreSQL: drt's destination, told apart what concerns a row and what concerns the database."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from drt.destinations.base import SyncResult
from drt.destinations.postgres import PostgresDestination

from leadscore.delivery.destinations.fields import MADE, MISSING, THERE, Field, Preparer
from leadscore.delivery.scores import KEY_SUFFIX
from leadscore.delivery.secrets import is_this_machine, trimmed
from leadscore.delivery.trouble import ReceiverTroubleError
from leadscore.storage.database import identifier

# Classes of SQLSTATE that a value, a constraint or a trigger of the table answers a row with.
OF_A_ROW = ("22", "23", "P0")
# Those that pass: connections, transactions that others undo, resources, locks, a server that stops.
PUTS_OFF = ("08", "25", "40", "53", "55", "57", "58")
NOT_MADE = ("42P01", "42703")
# Modes of TLS without which the way isn't secret.
ENCRYPTED = ("require", "verify-ca", "verify-full")


TYPES = {"number": "numeric(28, 2)", "text": "text", "time": "timestamptz"}


class TablePreparer(Preparer):
    """Makes the table, and the columns of models that are new."""

    types = TYPES
    state = MISSING

    def statement(self, destination: Mapping[str, Any], fields: Sequence[Field]) -> str:
        """The SQL that makes the table and its columns where they aren't there."""
        table = ".".join(map(identifier, str(destination["table"]).split(".", 1)))
        key = ", ".join(map(identifier, destination["upsert_key"]))
        keys = ", ".join(f"{identifier(name)} text" for name in destination["upsert_key"])
        columns = ",\n".join(f"    add column if not exists {identifier(f.name)} {f.kind}" for f in fields)
        return f"""create table if not exists {table} ({keys}, change text, primary key ({key}));
alter table {table}
{columns};"""

    def make(self, config: Any, fields: Sequence[Field], options: Any) -> list[Field]:
        """Make what is missing, in one transaction."""
        import psycopg2

        destination = config.model_dump()
        try:
            connection = TableDestination._connect(config)
            try:
                with connection, connection.cursor() as cursor:
                    before = _columns(cursor, destination["table"])
                    cursor.execute(self.statement(destination, fields))
            finally:
                connection.close()
        except psycopg2.Error as error:
            raise ReceiverTroubleError(_words(error)) from error
        return [replace(field, state=THERE if field.name in before else MADE) for field in fields]


class TableDestination(PostgresDestination):  # type: ignore[misc]
    """Upserts rows: a batch is one statement, and row by row only where one of its rows is refused."""

    judges_rows = True

    def load(self, records: list[dict[str, Any]], config: Any, sync_options: Any) -> Any:
        """Write a batch.

        Raises:
            ReceiverTroubleError: The database can't be reached, or refuses whatever the row.
        """
        import psycopg2

        rows = [_told(row) for row in records]
        try:
            return super().load(rows, config, sync_options)
        except psycopg2.Error as error:
            raise ReceiverTroubleError(_words(error)) from error

    def _load_upsert(
        self,
        conn: Any,
        cur: Any,
        records: list[dict[str, Any]],
        columns: Sequence[str],
        config: Any,
        sync_options: Any,
    ) -> Any:
        from psycopg2 import Error, sql
        from psycopg2.extras import Json, execute_values

        is_plain = sync_options.match_policy == "upsert" and not sync_options.uses_fill_empty
        if not is_plain or set(columns) <= set(config.upsert_key):
            return super()._load_upsert(conn, cur, records, columns, config, sync_options)
        names = {column: sql.Identifier(column) for column in columns}
        statement = sql.SQL("insert into {} ({}) values %s on conflict ({}) do update set {}").format(
            sql.Identifier(*config.table.split(".", 1)),
            sql.SQL(", ").join(names.values()),
            sql.SQL(", ").join(names[column] for column in config.upsert_key),
            sql.SQL(", ").join(
                sql.SQL("{} = excluded.{}").format(name, name)
                for column, name in names.items()
                if column not in config.upsert_key
            ),
        )
        rows = [
            tuple(Json(value) if isinstance(value := row[column], dict) else value for column in columns)
            for row in records
        ]
        try:
            execute_values(cur, statement, rows)
            conn.commit()
        except Error as error:
            if not _is_of_a_row(error):
                raise
            conn.rollback()
            return super()._load_upsert(conn, cur, records, columns, config, sync_options)
        return SyncResult(success=len(records))

    def _record_row_error(self, result: Any, i: int, record: dict[str, Any], exc: Exception) -> None:
        if not _is_of_a_row(exc) and getattr(exc, "pgcode", None) is not None:
            raise exc
        super()._record_row_error(result, i, record, exc)


def is_open_connection(config: Any) -> bool:
    """Whether a password would go to another machine without TLS that is asked for."""
    from psycopg2 import ProgrammingError
    from psycopg2.extensions import parse_dsn

    dsn = trimmed(config.connection_string_env) if config.connection_string_env else None
    try:
        parts = parse_dsn(dsn) if dsn else {"host": config.host or trimmed(config.host_env or "") or ""}
    except ProgrammingError:
        return False  # connecting says what is wrong with it
    mode = parts.get("sslmode") or os.environ.get("PGSSLMODE")
    if not dsn and config.ssl is not None and config.ssl.enabled:
        mode = ENCRYPTED[0]
    hosts = f"{parts.get('hostaddr') or parts.get('host') or ''}".split(",")
    far = [
        host for host in hosts if host and not host.startswith("/") and not is_this_machine(f"http://{host}")
    ]
    return bool(far) and mode not in ENCRYPTED


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """What the table gets of a row: of scores all but the key, which is the ledger's."""
    is_score = str(row.get("delivery_key", "")).endswith(KEY_SUFFIX)
    return {name: value for name, value in row.items() if not is_score or name != "delivery_key"}


def _columns(cursor: Any, table: str) -> set[str]:
    """The columns of a table; none if it isn't there."""
    quoted = ".".join(map(identifier, table.split(".", 1)))
    cursor.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0",
        [quoted],
    )
    return {str(name) for (name,) in cursor.fetchall()}


def _is_of_a_row(error: Exception) -> bool:
    return str(getattr(error, "pgcode", None) or "")[:2] in OF_A_ROW


def _words(error: Any) -> str:
    told = " ".join(str(error).split()) or type(error).__name__
    if error.pgcode in NOT_MADE:
        return f"{told}; `leadscore deliver --prepare` of this sync makes what is missing"
    if error.pgcode is None or error.pgcode.startswith(PUTS_OFF):
        return f"the database doesn't answer: {told}"
    return f"the database refuses all: {told}"
