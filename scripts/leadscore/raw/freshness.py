"""How fresh the raw tables are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from leadscore.raw.tables import LOADED_AT, RAW_TABLES
from leadscore.raw.white_space import trimmed_sql
from leadscore.storage.database import Database, identifier

LAST = 1000
LARGEST_OFFSET = timedelta(hours=16)
# When what a row tells took place: the first of these that it says.
HAPPENED = {
    "contacts": ("updated_at", "created_at"),
    "events": ("occurred_at",),
    "transactions": ("ordered_at",),
    "score_adjustments": ("adjusted_at",),
}


@dataclass(frozen=True)
class RawStatus:
    """A raw table.

    Attributes:
        rows: How many rows it has.
        loaded_at: When the newest was loaded.
        happened_at: The newest time of what its rows tell, as far as it has come by now.
        later: How many of its rows tell of what is still to come.
    """

    rows: int
    loaded_at: datetime | None
    happened_at: datetime | None
    later: int


def raw_status(database: Database, now: datetime) -> dict[str, RawStatus]:
    """The raw tables that there are, by name.

    Args:
        database: The database.
        now: What happens after it is still to come.
    """
    tables = database.tables("raw")
    return {name: _raw_table(database, name, now) for name in RAW_TABLES if name in tables}


def _raw_table(database: Database, name: str, now: datetime) -> RawStatus:
    relation = f"raw.{identifier(name)}"
    columns = database.columns(relation)
    rows = database.value(f"select count(*) from {relation}")
    loaded_at, _ = _newest(database, relation, _first_of([LOADED_AT], columns), now)
    happened_at, later = _newest(database, relation, _first_of(HAPPENED[name], columns), now)
    return RawStatus(int(rows), loaded_at, happened_at, later)


@dataclass(frozen=True)
class _Instants:
    """What tells the instants of a table's rows.

    Attributes:
        sql: SQL of it: a time in UTC, or text.
        is_text: Whether that is text.
    """

    sql: str
    is_text: bool


def _first_of(names: Sequence[str], columns: Mapping[str, str]) -> _Instants | None:
    """The first of some columns that a row has filled; None if the table has none of them."""
    there = [name for name in names if name in columns]
    if not there:
        return None
    if all(columns[name] != "VARCHAR" for name in there):
        told = f"coalesce({', '.join(there)})"
        # A time without a zone is one in UTC: casts of millions of rows would take seconds.
        is_utc = all(columns[name] == "TIMESTAMP" for name in there)
        return _Instants(told if is_utc else _in_utc(told), is_text=False)
    texts = [f"nullif({trimmed_sql(f'cast({name} as varchar)')}, '')" for name in there]
    return _Instants(f"coalesce({', '.join(texts)})", is_text=True)


def _newest(
    database: Database, relation: str, instants: _Instants | None, now: datetime
) -> tuple[datetime | None, int]:
    """The newest instant of a table up to now, and how many rows have one after it."""
    if instants is None:
        return None, 0
    if not instants.is_text:
        return _newest_in(database, instants.sql, relation, now)
    # Written from the year down, texts are in the order of time, but for offsets.
    # Reading all of them as times takes seconds.
    around = f"{now - LARGEST_OFFSET:%Y-%m-%d}"
    texts = f"from (select {instants.sql} as told from {relation})"
    instant = _in_utc("told")
    newest, later = _newest_in(database, instant, f"({texts} where told >= '{around}')", now)
    if newest is None:
        before = f"({texts} where told < '{around}' order by told desc limit {LAST})"
        newest, _ = _newest_in(database, instant, before, now)
    return newest, later


def _in_utc(told: str) -> str:
    return f"try_cast({told} as timestamptz) at time zone 'UTC'"


def _newest_in(database: Database, instant: str, relation: str, now: datetime) -> tuple[datetime | None, int]:
    [(newest, later)] = database.execute(
        f"""
        select
            max(instant) filter (where instant <= $1),
            count(*) filter (where instant > $1 and isfinite(instant))
        from (select {instant} as instant from {relation}) as instants
        """,
        [now.astimezone(UTC).replace(tzinfo=None)],
    )
    return None if newest is None else newest.replace(tzinfo=UTC), int(later)
