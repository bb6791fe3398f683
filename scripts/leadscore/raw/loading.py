"""Adding files to a raw table: all of them or none, each content once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from leadscore.errors import LoadRefusedError
from leadscore.raw.formats.raw_file import RawFile, Reading
from leadscore.raw.suppression import Suppression, suppression
from leadscore.raw.tables import LOADED_AT, RawTable
from leadscore.storage.database import Database, ReadProblemError, identifier, literal
from leadscore.storage.files import checksum

LONGEST_CELL_BYTES = 10_000_000
TOO_LONG = "this value is too long:"


@dataclass(frozen=True)
class Loaded:
    """What became of one file.

    Attributes:
        path: The file.
        rows: Rows that were added.
        already_there: Whether the same content had been loaded before.
        left_out: Columns of the file that the raw table doesn't have.
        suppressed: Rows that were passed over, because they name somebody who was forgotten.
    """

    path: Path
    rows: int
    already_there: bool = False
    left_out: tuple[str, ...] = ()
    suppressed: int = 0


def load_files(
    database: Database, table: RawTable, files: Sequence[RawFile], progress: Callable[[Path, float], None]
) -> list[Loaded]:
    """Add files to a raw table in one transaction.

    Args:
        database: Where the raw table is, or will be made.
        table: The raw table.
        files: The files, in the order in which they are added.
        progress: Hears of each file how many percent are done.

    Returns:
        What became of each file.
    """
    relation = f"raw.{identifier(table.name)}"
    with database.transaction():
        types = _prepare(database, table, relation)
        instant = _load_instant(database, relation)
        forgotten = suppression(database)
        outcome = []
        for file in files:
            digest = checksum(file.path)
            if _is_loaded(database, table, digest):
                outcome.append(Loaded(file.path, rows=0, already_there=True))
                continue
            loaded = _load_file(database, table, file, types, instant, forgotten, progress)
            database.execute(
                "insert into raw.load_log values (?, ?, ?, ?, ?)",
                [table.name, str(file.path), digest, loaded.rows, instant],
            )
            outcome.append(loaded)
    return outcome


def _prepare(database: Database, table: RawTable, relation: str) -> dict[str, str]:
    """Make what is missing: the schema, the log, the table, its columns. Returns the columns' types."""
    database.execute("create schema if not exists raw")
    database.execute(
        """
        create table if not exists raw.load_log (
            table_name varchar, file_name varchar, sha256 varchar, rows bigint, loaded_at timestamp
        )
        """
    )
    if database.tables("raw").get(table.name) == "VIEW":
        raise LoadRefusedError(f"{relation} is a view", "Add the rows to the table behind it.")
    database.execute(f"create table if not exists {relation} ({LOADED_AT} timestamp)")
    present = {name.lower() for name in database.columns(relation)}
    for column in table.columns:
        if column not in present:
            database.execute(f"alter table {relation} add column {column} varchar")
    if LOADED_AT not in present:
        database.execute(f"alter table {relation} add column {LOADED_AT} timestamp")
    return {name.lower(): kind for name, kind in database.columns(relation).items()}


def _load_instant(database: Database, relation: str) -> datetime:
    """Now, or just after the last load if the clock lags behind it."""
    now = datetime.now(UTC).replace(tzinfo=None)
    latest = database.value(
        f"""
        select max(instant)
        from (select try_cast({LOADED_AT} as timestamp) as instant from {relation})
        where isfinite(instant)
        """
    )
    return now if latest is None else max(now, latest + timedelta(microseconds=1))


def _load_file(
    database: Database,
    table: RawTable,
    file: RawFile,
    types: dict[str, str],
    instant: datetime,
    forgotten: Suppression | None,
    progress: Callable[[Path, float], None],
) -> Loaded:
    try:
        reading = file.reading(database)
        _require_columns(table, file.path, reading)
        columns = [column for column in table.columns if column in reading.columns]
        texts = [f"{reading.columns[column]} as {column}" for column in columns]
        values = [_cast_sql(_bounded_sql(column), types[column]) for column in columns]
        columns.append(LOADED_AT)
        values.append(f"timestamp {literal(str(instant))}")
        wanted = "true" if forgotten is None else f"not {forgotten.left_out_sql(reading.columns)}"
        statement = f"""
            insert into raw.{identifier(table.name)} ({", ".join(columns)})
            select {", ".join(values)}
            from (
                select {", ".join(texts) or "1"}
                from {reading.relation}
                where {wanted}
            ) as cells
        """
        rows = database.execute_watched(statement, lambda percent: progress(file.path, percent))[0][0]
        read = rows if forgotten is None else database.value(f"select count(*) from {reading.relation}")
        if reading.expected_rows not in (None, read):
            raise file.refusal_of_count()
    except ReadProblemError as problem:
        if found := re.search(f"{TOO_LONG} (\\w+)", problem.message):
            raise LoadRefusedError(
                f"{file.path} holds a value of more than {LONGEST_CELL_BYTES:,} bytes in {found[1]}; "
                "nothing was loaded",
                "Such a value would take the memory of runs and exports: leave it out, or cut it off.",
            ) from problem
        raise file.refusal(problem) from problem
    left_out = tuple(name for name in reading.columns if name not in table.columns)
    return Loaded(file.path, int(rows), left_out=left_out, suppressed=int(read - rows))


def _require_columns(table: RawTable, path: Path, reading: Reading) -> None:
    missing = [column for column in table.required if column not in reading.columns]
    if missing and reading.has_rows:
        raise LoadRefusedError(
            f"{path} lacks {', '.join(missing)}, which {table.name} needs; nothing was loaded",
            f"Columns found: {', '.join(reading.columns)}. Rename or add the missing ones and load again.",
        )


def _cast_sql(expression: str, kind: str) -> str:
    """Text as the type of an existing column; times with an offset are converted to UTC."""
    if kind == "VARCHAR":
        return expression
    if kind.startswith("TIMESTAMP"):
        return f"cast(cast({expression} as timestamptz) as {kind})"
    return f"cast({expression} as {kind})"


def _bounded_sql(column: str) -> str:
    """A text of a file, or an error: a small file can hold values that no export has memory for."""
    too_long = literal(f"{TOO_LONG} {column}")
    return f"case when strlen({column}) > {LONGEST_CELL_BYTES} then error({too_long}) else {column} end"


def _is_loaded(database: Database, table: RawTable, digest: str) -> bool:
    return bool(
        database.execute(
            "select 1 from raw.load_log where table_name = ? and sha256 = ?", [table.name, digest]
        )
    )
