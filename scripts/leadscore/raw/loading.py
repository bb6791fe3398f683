"""Adding files to a raw table: all of them or none, each content once."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.files import GivenFile
from leadscore.raw.formats.raw_file import RawFile, Reading
from leadscore.raw.mapping import LoadOptions
from leadscore.raw.matching import TWICE, Matched, matched, merged_sql, rest_sql
from leadscore.raw.suppression import Suppression, suppression
from leadscore.raw.tables import LOADED_AT, RawTable
from leadscore.storage.database import Database, ReadProblemError, identifier, literal
from leadscore.text import counted, one_line

LONGEST_CELL_BYTES = 10_000_000
TOO_LONG = "this value is too long:"
REST = "rest_of_the_columns"
VALUES_NAMED = 10


@dataclass(frozen=True)
class Loaded:
    """What became of one file.

    Attributes:
        path: The file.
        rows: Rows that were added.
        already_there: Whether the same content had been loaded before.
        left_out: Columns of the file that went nowhere.
        rest: Columns of the file that the raw table doesn't have, and that went into its JSON column.
        absent: Columns that the mapping names, and that the file lacks, as it may.
        note: What a user should know of how the file was read.
        suppressed: Rows that were passed over, because they name somebody who was forgotten.
    """

    path: Path
    rows: int
    already_there: bool = False
    left_out: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    note: str | None = None
    suppressed: int = 0


def load_files(
    database: Database, table: RawTable, files: Sequence[GivenFile], progress: Callable[[Path, float], None]
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
            progress(file.path, 0)
            with file.opened() as opened:
                digest = _digest(opened.digest, file.options)
                if _is_loaded(database, table, digest):
                    outcome.append(Loaded(file.path, rows=0, already_there=True))
                    continue
                loaded = _load_file(
                    database, table, opened.format, file.options, types, instant, forgotten, progress
                )
            database.execute(
                "insert into raw.load_log values (?, ?, ?, ?, ?)",
                [table.name, str(file.path), digest, loaded.rows, instant],
            )
            outcome.append(replace(loaded, note=opened.note))
    return outcome


def _digest(content: str, options: LoadOptions) -> str:
    """What is loaded once: a content, read in one way."""
    written = options.written()
    return hashlib.sha256(f"{content} {written}".encode()).hexdigest() if written else content


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
    options: LoadOptions,
    types: dict[str, str],
    instant: datetime,
    forgotten: Suppression | None,
    progress: Callable[[Path, float], None],
) -> Loaded:
    try:
        reading = file.reading(database)
        found = matched(table, file.path, reading, options)
        _refuse_unknown_values(database, file.path, reading, found)
        columns = list(found.columns)
        if found.rest and table.rest and table.rest not in found.columns:
            columns.append(table.rest)
        values = [
            _cast_sql(_bounded_sql(column, _value_sql(table, column, found)), types[column])
            for column in columns
        ]
        texts = [f"{text} as {column}" for column, text in found.columns.items()]
        if found.rest:
            texts.append(f"{rest_sql(found.columns.get(table.rest or ''), found.rest)} as {REST}")
        columns.append(LOADED_AT)
        values.append(f"timestamp {literal(str(instant))}")
        wanted = "true" if forgotten is None else f"not {forgotten.left_out_sql(found.columns)}"
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
        if reading.miscounted and reading.expected_rows not in (None, read):
            raise reading.miscounted
    except ReadProblemError as problem:
        raise _refusal(file, problem) from problem
    return Loaded(
        file.path,
        int(rows),
        left_out=tuple(found.left_out),
        rest=tuple(found.rest),
        absent=tuple(found.absent),
        suppressed=int(read - rows),
    )


def _refusal(file: RawFile, problem: ReadProblemError) -> LeadscoreError:
    """What a problem with a file means to its user."""
    if found := re.search(f"{TOO_LONG} (\\w+)", problem.message):
        return LoadRefusedError(
            f"{file.path} holds a value of more than {LONGEST_CELL_BYTES:,} bytes in {found[1]}; "
            "nothing was loaded",
            "Such a value would take the memory of runs and exports: leave it out, or cut it off.",
        )
    if found := re.search(f"{TWICE} (.*)", problem.message):
        return LoadRefusedError(
            f"{file.path} has several keys in one object for one column: {found[1]}; nothing was loaded",
            "Keys are compared without case: leave one of them, or name another header with --map.",
        )
    return file.refusal(problem)


def _refuse_unknown_values(database: Database, path: Path, reading: Reading, found: Matched) -> None:
    """Refuse values that a mapping doesn't explain: what they mean is for the user to say, never guessed."""
    mistakes, advice = [], []
    for column in found.restricted:
        rows = database.execute(
            f"""
            select {column.text_sql} as word, count(*) as rows
            from {reading.relation}
            where not ({column.is_known_sql})
            group by word
            order by rows desc, word
            limit {VALUES_NAMED + 1}
            """
        )
        values = [f"{one_line(word, 60)!r} ({counted(number, 'row')})" for word, number in rows]
        more = ["more"] if len(values) > VALUES_NAMED else []
        if values:
            named = ", ".join(values[:VALUES_NAMED] + more)
            mistakes.append(f"{path}, {column.header}: {column.fault}: {named}")
            advice.append(column.advice)
    if mistakes:
        raise LoadRefusedError(
            mistakes, " ".join([*dict.fromkeys(advice), "Load again then; nothing was loaded."])
        )


def _value_sql(table: RawTable, column: str, found: Matched) -> str:
    """A column of the table; the one that takes the rest holds it too."""
    if column != table.rest or not found.rest:
        return column
    return (
        merged_sql(column, REST)
        if column in found.columns
        else f"case when {REST} <> '' then '{{' || {REST} || '}}' end"
    )


def _cast_sql(expression: str, kind: str) -> str:
    """Text as the type of an existing column; times with an offset are converted to UTC."""
    if kind == "VARCHAR":
        return expression
    if kind.startswith("TIMESTAMP"):
        return f"cast(cast({expression} as timestamptz) as {kind})"
    return f"cast({expression} as {kind})"


def _bounded_sql(column: str, text: str) -> str:
    """A text of a file, or an error: a small file can hold values that no export has memory for."""
    too_long = literal(f"{TOO_LONG} {column}")
    return f"case when strlen({text}) > {LONGEST_CELL_BYTES} then error({too_long}) else {text} end"


def _is_loaded(database: Database, table: RawTable, digest: str) -> bool:
    return bool(
        database.execute(
            "select 1 from raw.load_log where table_name = ? and sha256 = ?", [table.name, digest]
        )
    )
