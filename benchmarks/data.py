"""The benchmark's input: two years, made in SQL from hashes, so that the same sizes give the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

SQL = Path(__file__).with_name("sql")
SEEDS = Path(__file__).with_name("seeds")
HISTORY = timedelta(days=730)
PICK = (
    "create or replace temp macro pick(number, salt, choices) as cast(hash(number, salt) % choices as bigint)"
)


@dataclass(frozen=True)
class Sizes:
    """How much data there is.

    Attributes:
        events: Rows of raw.events.
        contacts: Contacts.
        until: The instant at which the data ends.
    """

    events: int
    contacts: int
    until: datetime


def write_raw_tables(database: Path, sizes: Sizes) -> None:
    """Fill the raw tables of a new database, beside its place and renamed when whole.

    Args:
        database: The DuckDB file.
        sizes: How much.
    """
    unfinished = database.with_name(f".{database.name}.tmp")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(PICK)
        connection.execute("create schema raw")
        for table, file in (
            ("contacts", "contacts"),
            ("events", "events"),
            ("transactions", "transactions"),
            ("score_adjustments", "adjustments"),
        ):
            connection.execute(
                f"create table raw.{table} as {_sql(file)}",
                _parameters(file, sizes, 0, sizes.events, sizes.until - HISTORY),
            )
        connection.execute("create schema bench")
        connection.execute(
            "create table bench.sizes as select ? as events, ? as contacts, ? as until",
            [sizes.events, sizes.contacts, sizes.until],
        )
    unfinished.replace(database)


def sizes_of(database: Path) -> Sizes:
    """What a database was filled with."""
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("select events, contacts, until from bench.sizes").fetchall()[0]
    return Sizes(*row)


def write_new_events(file: Path, sizes: Sizes, first: int, events: int, until: datetime) -> None:
    """Write events with new ids, of the hour before an instant, to a Parquet file for `leadscore load`.

    Args:
        file: The Parquet file.
        sizes: How much data there was to begin with.
        first: The number of the first event.
        events: How many.
        until: The instant at which they end.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(PICK)
        connection.execute(
            f"create table events as {_sql('events')}",
            _parameters("events", sizes, first, events, until - timedelta(hours=1), until),
        )
        connection.execute(f"copy (select * exclude (loaded_at) from events) to '{file}' (format parquet)")


def _sql(file: str) -> str:
    return (SQL / f"{file}.sql").read_text(encoding="utf-8")


def _parameters(
    file: str, sizes: Sizes, first: int, events: int, starts: datetime, until: datetime | None = None
) -> dict[str, object]:
    values: dict[str, object] = {
        "first": first,
        "events": events,
        "contacts": sizes.contacts,
        "starts": starts,
        "until": until or sizes.until,
    }
    # DuckDB refuses a value that the statement doesn't name.
    return {name: value for name, value in values.items() if f"${name}" in _sql(file)}
