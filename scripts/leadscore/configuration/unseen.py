"""Rules and conversions about activities of which the data has none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadscore.mistakes import Mistake
from leadscore.raw.reading import as_read
from leadscore.storage.database import Database

TRANSACTION = "transaction"


@dataclass(frozen=True)
class Watcher:
    """A rule or conversion about activities.

    Attributes:
        seed: The seed that it stands in.
        row_number: Its row there, as a spreadsheet counts it.
        row_key: Its id.
        activity: Event types split at `|`, or `transaction`.
    """

    seed: str
    row_number: int
    row_key: str
    activity: str


def unseen_activities(database: Database, watchers: Sequence[Watcher]) -> list[Mistake]:
    """A warning for each activity of a rule or conversion of which there is no row.

    Args:
        database: The one with the raw tables.
        watchers: The active rules and conversions about activities.
    """
    event_types = _event_types(database)
    has_transactions = _has_rows(database, "transactions")
    if not event_types and not has_transactions:
        return []  # nothing is loaded yet
    return [
        Mistake(
            watcher.seed,
            watcher.row_number,
            watcher.row_key,
            "activity",
            watcher.activity,
            f"there is no {'transaction' if kind == TRANSACTION else f'event of type {kind!r}'} in the data",
            _advice(kind, event_types),
        )
        for watcher in watchers
        for kind in _kinds(watcher.activity)
        if (not has_transactions if kind == TRANSACTION else event_types and kind not in event_types)
    ]


def _advice(kind: str, event_types: Iterable[str]) -> str:
    if kind == TRANSACTION:
        return "load transactions, or deactivate it"
    known = sorted(event_types)
    more = ", ..." if len(known) > 20 else ""
    return f"one of {', '.join(map(repr, known[:20]))}{more}, or load such events"


def _kinds(activity: str) -> list[str]:
    return [as_read(kind) for kind in activity.split("|")]


def _event_types(database: Database) -> frozenset[str]:
    if "events" not in database.tables("raw") or "event_type" not in database.columns("raw.events"):
        return frozenset()
    rows = database.execute("select distinct cast(event_type as varchar) from raw.events")
    return frozenset(as_read(str(kind)) for (kind,) in rows if kind is not None)


def _has_rows(database: Database, table: str) -> bool:
    return table in database.tables("raw") and bool(database.execute(f"select 1 from raw.{table} limit 1"))
