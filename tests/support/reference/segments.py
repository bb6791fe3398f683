"""Who belongs to a segment (sections 3 and 5), from what the reference knows of each contact."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from reference.conditions import COMPARISONS, NEGATIONS, TEXT_TESTS, Sources, elements, field_value, hold
from reference.config import Condition, _clauses
from reference.evaluate import evaluate
from reference.inputs import read_inputs
from reference.people import Contact, meet_people
from reference.values import add_months, read_duration, read_number, read_timestamp
from reference.world import Row, World

Missing = defaultdict[str, Any]
PLAIN = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def segment_members(
    world: World, rfm_features: list[Row], email_statuses: Mapping[str, str], transition_days: int
) -> set[tuple[str, str]]:
    """Segment and contact of each membership; RFM and statuses, with references of their own, are given."""
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
    members = set()
    for contact in meet_people(read_inputs(world), world).scored:
        name = contact.contact_id
        person = _Person(
            world,
            contact,
            {
                "contact": {**contact.version_at(world.as_of), "email_status": email_statuses[name]},
                "score": scores[name],
                "band": bands[name],
                "rfm": rfm[name],
            },
            {model: found for (owner, model), found in entered.items() if owner == name},
        )
        members |= {
            (segment["segment_id"], name)
            for segment in world.seeds["segments"]
            if person.belongs(segment["segment_id"])
        }
    return members


@dataclass(frozen=True)
class _Person:
    """A contact, with all that segments may ask of it."""

    world: World
    contact: Contact
    sources: Sources
    entered: dict[str, list[str]]

    def belongs(self, segment_id: str) -> bool:
        """Whether it is a member, as published."""
        found = [row for row in self.world.seeds["segments"] if row["segment_id"] == segment_id]
        if not found or found[0]["is_active"] == "false":
            return False
        if found[0]["requires_consent"] != "false" and not self.contact.current["email_consent"]:
            return False
        clauses = _clauses(self.world.seeds["segment_conditions"], "segment_id")[segment_id]
        return not clauses or any(all(map(self.meets, clause)) for clause in clauses)

    def meets(self, condition: Condition) -> bool:
        kind, _, key = condition.field.partition(".")
        if kind == "transition":
            return _entered(self.entered.get(key, []), condition)
        if condition.operator in ("within last", "within next", "anniversary within next"):
            return self._lies_within(self.value(condition.field), condition.operator, condition.value)
        if re.fullmatch(r'\{[^"}].*\}', condition.value, re.DOTALL):
            other = self.value(condition.value[1:-1])
            if condition.operator not in ("has", "has not"):
                return self._compares(condition, self.value(condition.field), other)
            one = replace(condition, operator="=")
            found = any(self._compares(one, element, other) for element in self._elements(condition.field))
            return found is (condition.operator == "has")
        if kind == "segment":
            return hold([[replace(condition, field="of.it")]], {"of": {"it": self.belongs(key)}})
        return hold([[condition]], self.sources)

    def value(self, field: str) -> Any:
        kind, _, key = field.partition(".")
        found = self.belongs(key) if kind == "segment" else field_value(field, self.sources)
        # Counts and ranks are numbers as all others.
        return Decimal(found) if isinstance(found, int) and not isinstance(found, bool) else found

    def _elements(self, field: str) -> list[Any]:
        return (
            elements(field, self.sources) if field.startswith("contact.attributes.") else [self.value(field)]
        )

    def _compares(self, condition: Condition, value: Any, other: Any) -> bool:
        positive = NEGATIONS.get(condition.operator, condition.operator)
        negated = condition.operator in NEGATIONS
        if value is None or other is None:
            return negated
        if positive in TEXT_TESTS:
            return TEXT_TESTS[positive](value, other) != negated
        read = self._as_what(value, other)
        one, two = read(value), read(other)
        if one is None or two is None:
            return negated
        return COMPARISONS["=" if positive == "in" else positive](one, two) != negated

    def _as_what(self, value: Any, other: Any) -> Callable[[Any], Any]:
        """What both sides are read as, to be compared; it gives None for what isn't that."""
        both = (value, other)
        if any(isinstance(side, bool) for side in both):
            return _truth
        if any(isinstance(side, Decimal) for side in both):
            return _plain_number
        if any(map(_is_day, both)):
            return self._day
        if any(isinstance(side, datetime) for side in both):
            return read_timestamp
        return str if _plain_number(other) is None else _plain_number

    def _day(self, value: Any) -> date | None:
        """The day of a date, or of an instant in the zone of calendar periods."""
        if _is_day(value):
            instant = read_timestamp(value)
            return instant.date() if instant else None
        instant = read_timestamp(value)
        return (
            None if instant is None else instant.replace(tzinfo=UTC).astimezone(self.world.time_zone).date()
        )

    def _lies_within(self, value: Any, operator: str, length: str) -> bool:
        day = None if value is None else self._day(value)
        if day is None:
            return False
        as_of = self.world.as_of
        end = _shifted(as_of, length, -1 if operator == "within last" else 1)
        if operator == "anniversary within next":
            first, last = self._day(as_of), self._day(end)
            assert first and last
            return any(first <= _anniversary(day, year) < last for year in range(first.year, last.year + 1))
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.world.time_zone)
        instant = midnight.astimezone(UTC).replace(tzinfo=None) if _is_day(value) else read_timestamp(value)
        assert instant
        if operator == "within last":
            return end < instant <= as_of
        return (as_of <= instant or (_is_day(value) and day == self._day(as_of))) and instant < end


def _is_day(value: Any) -> bool:
    if isinstance(value, str):
        return DAY.fullmatch(value.strip()) is not None and read_timestamp(value) is not None
    return isinstance(value, date) and not isinstance(value, datetime)


def _plain_number(value: Any) -> Decimal | None:
    """A number, or a text that is one without leading zeros, plus or exponent."""
    return read_number(value) if isinstance(value, Decimal) or PLAIN.fullmatch(value) else None


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower())


def _shifted(instant: datetime, length: str, sign: int) -> datetime:
    duration = read_duration(length)
    if duration.unit in ("month", "year"):
        return add_months(instant, sign * duration.amount * (12 if duration.unit == "year" else 1))
    return instant + sign * duration.amount * timedelta(**{f"{duration.unit}s": 1})


def _anniversary(day: date, year: int) -> date:
    """That day of the year in another one; 29 February is 28 February where there is none."""
    return add_months(datetime(day.year, day.month, day.day), (year - day.year) * 12).date()


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
