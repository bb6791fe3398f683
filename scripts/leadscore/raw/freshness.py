"""How fresh the raw tables are."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from leadscore.raw.tables import LOADED_AT, RAW_TABLES
from leadscore.storage.database import Database, identifier

LAST = 1000
LARGEST_OFFSET = timedelta(hours=16)
# When what a row tells took place.
HAPPENED = {
    "contacts": "updated_at",
    "events": "occurred_at",
    "transactions": "ordered_at",
    "score_adjustments": "adjusted_at",
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
    loaded_at, _ = _newest(database, relation, LOADED_AT, columns.get(LOADED_AT), now)
    happened_at, later = _newest(database, relation, HAPPENED[name], columns.get(HAPPENED[name]), now)
    return RawStatus(int(rows), loaded_at, happened_at, later)


def _newest(
    database: Database, relation: str, column: str, kind: str | None, now: datetime
) -> tuple[datetime | None, int]:
    """The newest instant of a column up to now, and how many rows have one after it."""
    if kind is None:
        return None, 0
    if kind != "VARCHAR":
        return _newest_in(database, relation, column, now)
    # Written from the year down, texts are in the order of time, but for offsets.
    # Reading all of them as times takes seconds.
    around = f"{now - LARGEST_OFFSET:%Y-%m-%d}"
    newest, later = _newest_in(database, f"(from {relation} where {column} >= '{around}')", column, now)
    if newest is None:
        before = f"(from {relation} where {column} < '{around}' order by {column} desc limit {LAST})"
        newest, _ = _newest_in(database, before, column, now)
    return newest, later


def _newest_in(database: Database, relation: str, column: str, now: datetime) -> tuple[datetime | None, int]:
    [(newest, later)] = database.execute(
        f"""
        select
            max(instant at time zone 'UTC') filter (where instant <= $1),
            count(*) filter (where instant > $1 and isfinite(instant))
        from (select try_cast({column} as timestamptz) as instant from {relation}) as instants
        """,
        [now],
    )
    return None if newest is None else newest.replace(tzinfo=UTC), int(later)
