"""An explanation as objects for programs."""

from datetime import datetime
from typing import Any

from leadscore.explanation.arithmetic import KeptSum
from leadscore.explanation.entries import StatedEntry
from leadscore.explanation.explanation import Explanation
from leadscore.explanation.history import Band, Change


def explanation_object(explanation: Explanation) -> dict[str, Any]:
    """One explanation; the points of its entries with state `counts` add up to `unlimited_score`."""
    history, arithmetic, band = explanation.history, explanation.arithmetic, explanation.band
    return {
        "contact_id": history.contact_id,
        "model_id": history.model_id,
        "title": history.model_title,
        "at": explanation.at,
        "as_of": history.as_of,
        "score": explanation.score,
        "unlimited_score": arithmetic.unlimited,
        **_band("", band),
        "band_title": band.title if band else None,
        "action": band.action if band else None,
        "history_began_at": history.began_at,
        "entries": [
            _entry(history.contact_id, history.model_id, entry, arithmetic.cut_categories)
            for entry in explanation.entries
        ],
        "limits": [
            _limit(kept)
            for kept in [*arithmetic.categories, *([arithmetic.model] if arithmetic.model else [])]
        ],
        "other_points": arithmetic.other_points,
        "total": arithmetic.total,
        "upcoming": [_change(change, history.as_of) for change in explanation.upcoming],
        "uncounted_edits": list(history.uncounted_edits),
    }


def _entry(contact_id: str, model_id: str, stated: StatedEntry, cut: set[str]) -> dict[str, Any]:
    entry = stated.entry
    return {
        "entry_id": entry.entry_id,
        "model_id": model_id,
        "contact_id": contact_id,
        "entry_type": entry.entry_type,
        "rule_id": entry.rule_id,
        "title": entry.title,
        "activity_id": entry.activity_id,
        "asset": entry.asset,
        "category": entry.category,
        "operation": entry.operation,
        "points": entry.points,
        "times": entry.times,
        "per_field": entry.per_field,
        "per_step": entry.per_step,
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
        "note": entry.note,
        "author": entry.author,
        "state": stated.state.value,
        "reason": stated.reason or None,
        "wiped_by": stated.wiped_by,
        "over_limit": entry.category in cut,
    }


def _limit(kept: KeptSum) -> dict[str, Any]:
    return {
        "category": kept.limit.category,
        "minimum": kept.limit.minimum,
        "maximum": kept.limit.maximum,
        "points": kept.points,
        "kept": kept.kept,
        "is_cut": kept.is_cut,
    }


def _change(change: Change, as_of: datetime) -> dict[str, Any]:
    return {
        "changes_at": change.changes_at,
        "score": change.score,
        **_band("from_", change.from_band),
        **_band("to_", change.to_band),
        "begins": list(change.begins),
        "ends": list(change.ends),
        "is_forecast": change.changes_at > as_of,
    }


def _band(prefix: str, band: Band | None) -> dict[str, str | None]:
    return {f"{prefix}band_id": band.band_id if band else None}
