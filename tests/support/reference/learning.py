"""How well scores told who would convert (section 7), by definition: each instant and pair anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, log, sqrt
from statistics import NormalDist, median

from reference.conditions import hold
from reference.config import Clauses, _clauses, _is_active, read_models
from reference.evaluate import Result, evaluate
from reference.inputs import read_inputs
from reference.people import Activity, Contact, meet_people
from reference.scores import History
from reference.values import read_duration
from reference.world import Row, World

MARTS = ("fct_conversions", "score_quality", "score_lift", "band_conversion", "rule_effectiveness")
Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Conversion:
    """What counts as success."""

    conversion_id: str
    activity: str
    horizon: str
    observations: int
    observe_every: str
    conditions: Clauses

    def is_met(self, contact: Contact, activity: Activity) -> bool:
        """Whether an activity is a success."""
        kind = "transaction" if self.activity == "transaction" else "event"
        sources = {"contact": contact.version_at(activity.occurred_at), activity.kind: activity.row}
        types = {part.strip() for part in self.activity.split("|")}
        return activity.kind == kind and activity.activity_type in types and hold(self.conditions, sources)

    def instants(self, as_of: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When contacts are observed, and until when a conversion belongs to it."""
        horizon, every = read_duration(self.horizon), read_duration(self.observe_every)
        for observation in range(self.observations):
            instant = every.after(horizon.after(as_of, -1), -observation)
            yield instant, horizon.after(instant)


@dataclass(frozen=True)
class Observation:
    """A contact at an instant."""

    history: History
    instant: datetime
    score: Decimal
    band_id: str | None
    converted_at: datetime | None


class Learning:
    """The rows of the marts of section 7."""

    def __init__(self, world: World) -> None:
        self.result: Result = evaluate(world)
        self.as_of = world.as_of
        machines = replace(world, variables={**world.variables, "score_machine_events": False})
        self.people = meet_people(read_inputs(machines), machines)
        self.models = {model.model_id: model for model in read_models(world)}
        self.conversions = _conversions(world)
        self.converted = {
            conversion.conversion_id: dict(self._converted(conversion)) for conversion in self.conversions
        }

    def _converted(self, conversion: Conversion) -> Iterator[tuple[str, Activity]]:
        for contact in self.people.scored:
            for activity in self.people.activities.get(contact.contact_id, []):
                if conversion.is_met(contact, activity):
                    yield contact.contact_id, activity
                    break

    def observed(self, conversion: Conversion, model_id: str) -> list[Observation]:
        """All observations for a conversion and a model."""
        found = []
        for history in self.result.histories:
            if history.model.model_id != model_id:
                continue
            success = self.converted[conversion.conversion_id].get(history.contact.contact_id)
            at = success.occurred_at if success else None
            for instant, until in conversion.instants(self.as_of):
                if history.contact.created_at <= instant and (at is None or at > instant):
                    band = history.band_at(instant)
                    found.append(
                        Observation(
                            history,
                            instant,
                            history.score_at(instant),
                            band.band_id if band else None,
                            at if at is not None and at <= until else None,
                        )
                    )
        return found

    @property
    def fct_conversions(self) -> list[Row]:
        """The mart's rows, in no order, and so below."""
        return [
            {
                "conversion_id": conversion_id,
                "contact_id": contact_id,
                "activity_id": activity.activity_id,
                "converted_at": activity.occurred_at,
            }
            for conversion_id, contacts in self.converted.items()
            for contact_id, activity in contacts.items()
        ]

    @property
    def score_quality(self) -> list[Row]:
        return [
            {"conversion_id": conversion.conversion_id, "model_id": model_id}
            | _quality(self.observed(conversion, model_id))
            for conversion, model_id in product(self.conversions, self.models)
        ]

    @property
    def score_lift(self) -> list[Row]:
        return [row for pair in product(self.conversions, self.models) for row in self._lift_rows(*pair)]

    def _lift_rows(self, conversion: Conversion, model_id: str) -> Iterator[Row]:
        observed = self.observed(conversion, model_id)
        scores = sorted(one.score for one in observed)
        thresholds = {scores[ceil(Fraction(tenth * len(scores), 10)) - 1] for tenth in range(1, 10) if scores}
        for band in self.models[model_id].bands:
            edges = (band.above, band.from_score, band.up_to, band.below)
            thresholds |= {edge for edge in edges if edge is not None}
        successes = [one for one in observed if one.converted_at]
        for threshold in thresholds:
            above = [one for one in observed if one.score >= threshold]
            caught = [one for one in successes if one.score >= threshold]
            precision = _share(len(caught), len(above))
            yield {
                "conversion_id": conversion.conversion_id,
                "model_id": model_id,
                "threshold": threshold,
                "observed": len(above),
                "converted": len(caught),
                "precision": precision,
                "recall": _share(len(caught), len(successes)),
                "lift": _ratio(precision, _share(len(successes), len(observed))),
                "contacts_now": sum(
                    history.score_at(self.as_of) >= threshold
                    for history in self.result.histories
                    if history.model.model_id == model_id
                ),
            }

    @property
    def band_conversion(self) -> list[Row]:
        rows = []
        for conversion, model_id in product(self.conversions, self.models):
            observed = self.observed(conversion, model_id)
            base_rate = _rate(observed)
            bands: set[str | None] = {band.band_id for band in self.models[model_id].bands}
            for band_id in bands | {one.band_id for one in observed}:
                inside = [one for one in observed if one.band_id == band_id]
                rate = _rate(inside)
                low, high = _wilson(inside)
                rows.append(
                    {"conversion_id": conversion.conversion_id, "model_id": model_id, "band_id": band_id}
                    | _counts(inside)
                    | {"rate": rate, "rate_low": low, "rate_high": high, "lift": _ratio(rate, base_rate)}
                    | {"median_days": _median_days(inside)}
                )
        return rows

    @property
    def rule_effectiveness(self) -> list[Row]:
        rows = []
        for conversion, (model_id, model) in product(self.conversions, self.models.items()):
            observed = self.observed(conversion, model_id)
            for rule in model.rules:
                points = {
                    place: [
                        entry.points
                        for entry in one.history.ledger
                        if entry.rule_id == rule.rule_id and entry.valid_at(one.instant)
                    ]
                    for place, one in enumerate(observed)
                }
                counting = [one for place, one in enumerate(observed) if points[place]]
                others = [one for place, one in enumerate(observed) if not points[place]]
                rows.append(
                    {"conversion_id": conversion.conversion_id, "model_id": model_id, "rule_id": rule.rule_id}
                    | {f"with_{name}": count for name, count in _counts(counting).items()}
                    | {f"without_{name}": count for name, count in _counts(others).items()}
                    | {"with_rate": _rate(counting), "without_rate": _rate(others)}
                    | {"lift": _ratio(_rate(counting), _rate(observed))}
                    | {"points_average": _average([sum(p, Decimal(0)) for p in points.values() if p])}
                    | _odds(counting, others)
                )
        return rows


def _conversions(world: World) -> list[Conversion]:
    conditions = _clauses(world.seeds.get("conversion_conditions", []), "conversion_id")
    return [
        Conversion(
            row["conversion_id"],
            row["activity"],
            row.get("horizon") or "30 days",
            int(row.get("observations") or 6),
            row.get("observe_every") or "30 days",
            conditions[row["conversion_id"]],
        )
        for row in world.seeds.get("conversions", [])
        if _is_active(row)
    ]


def _quality(observed: Sequence[Observation]) -> Row:
    top = [one for one in observed if 10 * sum(other.score > one.score for other in observed) < len(observed)]
    converted = [one.score for one in observed if one.converted_at]
    others = [one.score for one in observed if not one.converted_at]
    pairs = [Fraction(1 if a > b else 0) + Fraction(a == b, 2) for a, b in product(converted, others)]
    return {
        "observed": len(observed),
        "contacts": len({one.history.contact.contact_id for one in observed}),
        "converted": len(converted),
        "base_rate": _rate(observed),
        "auc": float(sum(pairs) / len(pairs)) if pairs else None,
        "top_decile_rate": _rate(top),
        "top_decile_lift": _ratio(_rate(top), _rate(observed)),
    }


def _counts(observed: Sequence[Observation]) -> dict[str, int]:
    return {"observed": len(observed), "converted": sum(one.converted_at is not None for one in observed)}


def _rate(observed: Sequence[Observation]) -> float | None:
    return _share(_counts(observed)["converted"], len(observed))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _ratio(rate: float | None, base: float | None) -> float | None:
    return None if rate is None or not base else rate / base


def _average(points: Sequence[Decimal]) -> float | None:
    return float(sum(points, Decimal(0)) / len(points)) if points else None


def _median_days(observed: Sequence[Observation]) -> float | None:
    days = [(one.converted_at - one.instant).total_seconds() / 86400 for one in observed if one.converted_at]
    return median(days) if days else None


def _wilson(observed: Sequence[Observation]) -> tuple[float | None, float | None]:
    count, rate = len(observed), _rate(observed)
    if rate is None:
        return None, None
    middle = rate + Z**2 / (2 * count)
    half = Z * sqrt(rate * (1 - rate) / count + Z**2 / (4 * count**2))
    return (middle - half) / (1 + Z**2 / count), (middle + half) / (1 + Z**2 / count)


def _odds(counting: Sequence[Observation], others: Sequence[Observation]) -> Row:
    cells = [
        half + 0.5
        for group in (counting, others)
        for half in (_counts(group)["converted"], len(group) - _counts(group)["converted"])
    ]
    log_odds = log(cells[0] * cells[3] / (cells[1] * cells[2]))
    error = sqrt(sum(1 / cell for cell in cells))
    return {
        "log_odds": log_odds,
        "log_odds_low": log_odds - Z * error,
        "log_odds_high": log_odds + Z * error,
    }
