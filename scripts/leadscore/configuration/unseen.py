"""Rules about activities of which the data has none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadscore.mistakes import Mistake
from leadscore.raw.reading import as_read
from leadscore.storage.database import Database

TRANSACTION = "transaction"


@dataclass(frozen=True)
class WatchingRule:
    """A rule about activities.

    Attributes:
        row_number: Its row in the seed, as a spreadsheet counts it.
        rule_id: Its id.
        activity: Event types split at `|`, or `transaction`.
    """

    row_number: int
    rule_id: str
    activity: str


def unseen_activities(database: Database, rules: Sequence[WatchingRule]) -> list[Mistake]:
    """A warning for each activity of a rule of which there is no row.

    Args:
        database: The one with the raw tables.
        rules: The active rules about activities.
    """
    event_types = _event_types(database)
    has_transactions = _has_rows(database, "transactions")
    if not event_types and not has_transactions:
        return []  # nothing is loaded yet
    return [
        Mistake(
            "scoring_rules",
            rule.row_number,
            rule.rule_id,
            "activity",
            rule.activity,
            f"there is no {'transaction' if kind == TRANSACTION else f'event of type {kind!r}'} in the data",
            _advice(kind, event_types),
        )
        for rule in rules
        for kind in _kinds(rule.activity)
        if (not has_transactions if kind == TRANSACTION else event_types and kind not in event_types)
    ]


def _advice(kind: str, event_types: Iterable[str]) -> str:
    if kind == TRANSACTION:
        return "load transactions, or deactivate the rule"
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
