"""How fresh the raw tables are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from scripts.database import Database, identifier
from scripts.raw_tables import LOADED_AT, RAW_TABLES

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
    newest = ", ".join(_newest(columns, column) for column in (LOADED_AT, HAPPENED[name]))
    [(rows, loaded_at, happened_at)] = database.execute(f"select count(*), {newest} from {relation}")
    return RawStatus(int(rows), _utc(loaded_at), _utc(happened_at))


def _newest(columns: Mapping[str, str], column: str) -> str:
    if column not in columns:
        return "null"
    if columns[column].startswith("TIMESTAMP"):
        return f"cast(max({column}) as timestamp)"
    return f"cast(max(try_cast({column} as timestamptz)) as timestamp)"


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(tzinfo=UTC)
