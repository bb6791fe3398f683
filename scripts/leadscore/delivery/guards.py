"""Guards: a sudden change of a segment stops a sync before anything is sent, by drt's own `sync.guards`."""

from collections.abc import Sequence
from typing import Any

from drt.engine.guards import evaluate_guards

from leadscore.delivery.sync import Sync
from leadscore.errors import DatabaseProblemError, UsageMistakeError
from leadscore.storage.database import Database
from leadscore.text import counted

REMOVAL_GUARDS = ("max_deletes", "max_delete_pct")


def refuse_mistaken_sql(database: Database, syncs: Sequence[Sync]) -> None:
    """Compile the SQL of all syncs, with `delivery.*` there, before any of them sends.

    Raises:
        UsageMistakeError: One can't be compiled, or lacks a column that delivery needs; all are told.
    """
    mistakes = [mistake for sync in syncs if (mistake := _mistake(database, sync)) is not None]
    if mistakes:
        raise UsageMistakeError(mistakes, "Correct `model` in these files. Nothing was sent.")


def _mistake(database: Database, sync: Sync) -> str | None:
    try:
        columns = database.columns(f"({sync.query_sql})")
    except DatabaseProblemError as error:
        return f"{sync.path.name}: {sync.hiding.problem(error)}"
    needed = {"delivery_key", "contact_id"}
    if sync.tells_segments:
        needed |= {"segment_id", "change"}
    if sync.tells_scores:
        needed |= {"change"}
    if missing := needed - set(columns):
        return f"{sync.path.name}: its model doesn't select {', '.join(sorted(missing))}"
    return None


def waiting_counts(database: Database, sync: Sync) -> dict[str, dict[str, int]]:
    """What waits for a sync: segment -> change -> rows; what isn't of segments has an empty name."""
    about = (
        "segment_id, change" if sync.tells_segments else "'', change" if sync.tells_scores else "'', 'added'"
    )
    counts: dict[str, dict[str, int]] = {}
    for segment, change, rows in database.execute(
        f"""
        select {about}, count(*)
        from ({sync.query_sql}) as waiting
        group by all
        order by all
        """
    ):
        counts.setdefault(str(segment), {})[str(change)] = int(rows)
    return counts


def tripped_guards(
    database: Database, sync: Sync, counts: dict[str, dict[str, int]], allow_removals: bool
) -> list[str]:
    """Which guards the waiting rows trip, in words; one segment at a time."""
    table, group, thing, noun = "members", "segment_id", "segment", "member"
    if sync.tells_scores:
        # A person who stays may lose the score of one model: what a guard judges is each model's.
        table, group, thing, noun = "scores", "stem", "scores", "contact"
        counts = _score_counts(database, sync)
    known = dict(
        database.execute(
            f"select {group}, count(*) from ledger.deliveries.{table} where receiver = ? group by all",
            [sync.receiver],
        )
    )
    found = []
    for about, changes in counts.items():
        members = int(known.get(about, 0))
        tripped: list[Any] = evaluate_guards(
            sync.config.sync.guards,
            creates=changes.get("added", 0),
            updates=changes.get("updated", 0),
            deletes=changes.get("removed", 0),
            source_rows=max(members, 1),
            delete_baseline=members,
        )
        what = f"{thing} {about}" if about else "notifications"
        for trip in tripped:
            if not (allow_removals and trip.guard in REMOVAL_GUARDS):
                found.append(f"{what}: {_words(trip, changes, members, noun)}")
    return found


def _score_counts(database: Database, sync: Sync) -> dict[str, dict[str, int]]:
    """What waits for a sync: model, as its fields are called -> change -> people."""
    counts: dict[str, dict[str, int]] = {}
    for stem, change, rows in database.execute(
        f"""
        select stem, change, count(*)
        from delivery.score_waiting
        where delivery_key in (select delivery_key from ({sync.query_sql}) as waiting)
        group by all
        order by all
        """
    ):
        counts.setdefault(str(stem), {})[str(change)] = int(rows)
    return counts


def _words(trip: Any, changes: dict[str, int], members: int, noun: str) -> str:
    kind = {"max_creates": "added", "max_updates_pct": "updated"}.get(trip.guard, "removed")
    share = f" of {counted(members, noun)}" if members else ""
    limit = f"{trip.limit:g} %" if trip.guard.endswith("_pct") else f"{trip.limit:g}"
    rows = f"{changes.get(kind, 0):,}{share}"
    return f"{rows} would be {kind}, more than {trip.guard} {limit}"
