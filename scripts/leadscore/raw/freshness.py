"""How fresh the raw tables are."""

from dataclasses import dataclass
from datetime import UTC, datetime

from leadscore.raw.tables import LOADED_AT, RAW_TABLES
from leadscore.storage.database import Database, identifier

LAST = 1000
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
        happened_at: The newest time of what its rows tell.
    """

    rows: int
    loaded_at: datetime | None
    happened_at: datetime | None


def raw_status(database: Database) -> dict[str, RawStatus]:
    """The raw tables that there are, by name."""
    tables = database.tables("raw")
    return {name: _raw_table(database, name) for name in RAW_TABLES if name in tables}


def _raw_table(database: Database, name: str) -> RawStatus:
    relation = f"raw.{identifier(name)}"
    columns = database.columns(relation)
    rows = database.value(f"select count(*) from {relation}")
    loaded_at, happened_at = (
        _newest(database, relation, column, columns.get(column)) for column in (LOADED_AT, HAPPENED[name])
    )
    return RawStatus(int(rows), loaded_at, happened_at)


def _newest(database: Database, relation: str, column: str, kind: str | None) -> datetime | None:
    if kind is None:
        return None
    read = relation
    if kind == "VARCHAR":
        # Written from the year down, the newest stand among the last; reading all as times takes seconds.
        read = f"(select {column} from {relation} order by {column} desc nulls last limit {LAST})"
    newest = database.value(f"select max(try_cast({column} as timestamptz)) at time zone 'UTC' from {read}")
    return None if newest is None else newest.replace(tzinfo=UTC)
