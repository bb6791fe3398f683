"""Who belongs to a segment (sections 3 and 5), from what the reference knows of each contact."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from reference.conditions import NEGATIONS, hold
from reference.config import Condition, _clauses
from reference.evaluate import evaluate
from reference.inputs import read_inputs
from reference.people import Contact, meet_people
from reference.world import Row, World

Missing = defaultdict[str, Any]


def segment_members(world: World, rfm_features: list[Row], transition_days: int) -> set[tuple[str, str]]:
    """Segment and contact of each membership; RFM, which has a reference of its own, is given."""
    result = evaluate(world)
    scores: defaultdict[str, Missing] = defaultdict(_missing)
    bands: defaultdict[str, Missing] = defaultdict(_missing)
    entered: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    rfm: defaultdict[str, Missing] = defaultdict(_missing)
    for row in result.contact_scores:
        scores[row["contact_id"]][row["model_id"]] = row["score"]
        bands[row["contact_id"]][row["model_id"]] = row["band_id"]
    for row in result.band_transitions:
        lately = row["transitioned_at"] > world.as_of - timedelta(days=transition_days)
        if lately and row["to_band_id"] is not None:
            entered[row["contact_id"], row["model_id"]].append(row["to_band_id"])
    for row in rfm_features:
        rfm[row["contact_id"]] |= {name: _number(value) for name, value in row.items()}

    def belongs(contact: Contact, condition: Condition) -> bool:
        kind, _, key = condition.field.partition(".")
        if kind == "transition":
            return _entered(entered[contact.contact_id, key], condition)
        name = contact.contact_id
        sources = {"contact": contact.current, "score": scores[name], "band": bands[name], "rfm": rfm[name]}
        return hold([[condition]], sources)

    clauses = _clauses(world.seeds["segment_conditions"], "segment_id")
    return {
        (segment["segment_id"], contact.contact_id)
        for segment in world.seeds["segments"]
        if segment["is_active"] != "false"
        for contact in meet_people(read_inputs(world), world).scored
        if segment["requires_consent"] == "false" or contact.current["email_consent"]
        if not clauses[segment["segment_id"]]
        or any(all(belongs(contact, row) for row in clause) for clause in clauses[segment["segment_id"]])
    }


def _entered(bands: list[str], condition: Condition) -> bool:
    """Whether a band was entered lately of which the condition holds; or none, for a negated one."""
    if condition.operator == "is set":
        return bool(bands)
    if condition.operator == "is not set":
        return not bands
    positive = NEGATIONS.get(condition.operator)
    asked = Condition("band.entered", positive or condition.operator, condition.value)
    found = any(hold([[asked]], {"band": {"entered": band}}) for band in bands)
    return found != (positive is not None)


def _missing() -> Missing:
    return defaultdict(lambda: None)


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) else value
