"""How fresh the raw tables are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from leadscore.raw.tables import LOADED_AT, RAW_TABLES
from leadscore.raw.white_space import trimmed_sql
from leadscore.storage.database import Database, identifier

LAST = 1000
LARGEST_OFFSET = timedelta(hours=16)
IN_UTC = "try_cast(told as timestamptz) at time zone 'UTC'"
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
        sql: SQL of it.
        is_text: Whether that is text.
        is_utc: Whether it is a time without a zone, which is one in UTC.
    """

    sql: str
    is_text: bool
    is_utc: bool


def _first_of(names: Sequence[str], columns: Mapping[str, str]) -> _Instants | None:
    """The first of some columns that a row has filled; None if the table has none of them."""
    there = [name for name in names if name in columns]
    if not there:
        return None
    if all(columns[name] != "VARCHAR" for name in there):
        is_utc = all(columns[name] == "TIMESTAMP" for name in there)
        return _Instants(f"coalesce({', '.join(there)})", is_text=False, is_utc=is_utc)
    texts = [f"nullif({trimmed_sql(f'cast({name} as varchar)')}, '')" for name in there]
    return _Instants(f"coalesce({', '.join(texts)})", is_text=True, is_utc=False)


def _newest(
    database: Database, relation: str, instants: _Instants | None, now: datetime
) -> tuple[datetime | None, int]:
    """The newest instant of a table up to now, and how many rows have one after it."""
    if instants is None:
        return None, 0
    if not instants.is_text:
        # A cast of each of millions of rows takes seconds, too.
        told = "told" if instants.is_utc else IN_UTC
        return _newest_in(database, f"(select {instants.sql} as told from {relation})", now, told)
    # Written from the year down, texts are in the order of time, but for offsets.
    # Reading all of them as times takes seconds.
    around = f"{now - LARGEST_OFFSET:%Y-%m-%d}"
    texts = f"from (select {instants.sql} as told from {relation})"
    newest, later = _newest_in(database, f"({texts} where told >= '{around}')", now)
    if newest is None:
        before = f"({texts} where told < '{around}' order by told desc limit {LAST})"
        newest, _ = _newest_in(database, before, now)
    return newest, later


def _newest_in(
    database: Database, relation: str, now: datetime, told: str = IN_UTC
) -> tuple[datetime | None, int]:
    [(newest, later)] = database.execute(
        f"""
        select
            max(instant) filter (where instant <= $1),
            count(*) filter (where instant > $1 and isfinite(instant))
        from (select {told} as instant from {relation}) as instants
        """,
        [now.astimezone(UTC).replace(tzinfo=None)],
    )
    return None if newest is None else newest.replace(tzinfo=UTC), int(later)
