"""What follows from the history of scores: snapshots, band transitions and the forecast (section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from reference.config import Band
from reference.scores import History
from reference.world import Row


def score_snapshots(history: History, as_of: datetime, zone: ZoneInfo) -> Iterator[Row]:
    """A row for the first local day and for each whose closing score differs from the day before."""
    days = {_local_day(history.begins_at, zone)}
    days |= {_local_day(instant, zone) for instant, _ in history.changes() if instant <= as_of}
    previous: Decimal | None = None
    for day in sorted(days):
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
        last_moment = midnight.astimezone(UTC).replace(tzinfo=None) - timedelta(microseconds=1)
        closing = min(last_moment, as_of)
        score = history.score_at(closing)
        if score != previous:
            yield {
                "snapshot_date": day,
                **_identity(history),
                "score": score,
                "band_id": _id_at(history, closing),
            }
        previous = score


def band_transitions(history: History, as_of: datetime) -> Iterator[Row]:
    """Each change of band up to as_of; the first one, from no band, has no direction."""
    start = (history.begins_at, history.score_at(history.begins_at))
    band: Band | None = None
    before: Decimal | None = None
    had_band = False
    for instant, score in [start, *history.changes()]:
        now = history.band_at(instant)
        if instant <= as_of and now != band:
            yield {
                **_identity(history),
                "transitioned_at": instant,
                "from_band_id": band.band_id if band else None,
                "to_band_id": now.band_id if now else None,
                "score": score,
                "direction": None if before is None else "up" if score > before else "down",
            }
        had_band = had_band or now is not None
        before, band = (score if had_band else None), now


def score_forecast(history: History, as_of: datetime, days: int = 30) -> Iterator[Row]:
    """Each change of the published score within so many days after as_of, if nothing more happens."""
    before = history.band_at(as_of)
    for instant, score in history.changes():
        if as_of < instant <= as_of + timedelta(days=days):
            now = history.band_at(instant)
            yield {
                **_identity(history),
                "changes_at": instant,
                "score": score,
                "from_band_id": before.band_id if before else None,
                "to_band_id": now.band_id if now else None,
            }
            before = now


def _identity(history: History) -> Row:
    return {"model_id": history.model.model_id, "contact_id": history.contact.contact_id}


def _id_at(history: History, instant: datetime) -> str | None:
    band = history.band_at(instant)
    return band.band_id if band else None


def _local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.replace(tzinfo=UTC).astimezone(zone).date()
