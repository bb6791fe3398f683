"""The configuration of section 3, read from seed rows of text cells in which '' means: not given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reference.values import Duration, read_duration, read_number, read_timestamp
from reference.world import World

Cells = dict[str, str]


@dataclass(frozen=True)
class Condition:
    """One row of a query builder."""

    field: str
    operator: str
    value: str


Clauses = list[list[Condition]]


@dataclass(frozen=True)
class Rule:
    """A rule with its conditions; `points` are signed, their effect on the score."""

    rule_id: str
    model_id: str
    category: str | None
    operation: str
    points: Decimal
    trigger: str
    activity_types: frozenset[str]
    recurrence: str
    once_per: str | None
    limit_count: int | None
    limit_period: str | None
    delay: Duration | None
    expires_after: Duration | None
    decay: str | None
    decay_percent: Decimal | None
    decay_every: Duration | None
    window_length: Duration | None
    measure: str | None
    measure_field: str | None
    comparator: str | None
    threshold: Decimal | None
    threshold_high: Decimal | None
    evaluate_from: str
    per_field: str | None
    per_step: Decimal | None
    valid_from: datetime | None
    valid_to: datetime | None
    conditions: Clauses

    def valid_at(self, instant: datetime) -> bool:
        """Whether an instant lies within the rule's own validity."""
        begun = self.valid_from is None or self.valid_from <= instant
        return begun and (self.valid_to is None or instant < self.valid_to)


@dataclass(frozen=True)
class Band:
    """A range of published scores."""

    band_id: str
    title: str | None
    action: str | None
    above: Decimal | None
    from_score: Decimal | None
    up_to: Decimal | None
    below: Decimal | None

    def holds(self, score: Decimal) -> bool:
        """Whether a published score lies in the band."""
        return (
            (self.above is None or score > self.above)
            and (self.from_score is None or score >= self.from_score)
            and (self.up_to is None or score <= self.up_to)
            and (self.below is None or score < self.below)
        )


@dataclass(frozen=True)
class Model:
    """An active scoring model with all that belongs to it."""

    model_id: str
    starting_points: Decimal
    minimum: Decimal | None
    maximum: Decimal | None
    rules: list[Rule]
    audience: Clauses
    category_limits: dict[str, tuple[Decimal | None, Decimal | None]]
    bands: list[Band]


def read_models(world: World) -> list[Model]:
    """The active models of a world."""
    seeds = world.configuration
    rule_conditions = _clauses(seeds.get("rule_conditions", []), "rule_id")
    audiences = _clauses(seeds.get("model_conditions", []), "model_id")
    models = []
    for row in seeds.get("scoring_models", []):
        if not _is_active(row):
            continue
        model_id = row["model_id"]
        models.append(
            Model(
                model_id=model_id,
                starting_points=_number(row, "starting_points") or Decimal(0),
                minimum=_number(row, "minimum_score"),
                maximum=_number(row, "maximum_score"),
                rules=[
                    _rule(rule, rule_conditions[rule["rule_id"]])
                    for rule in seeds.get("scoring_rules", [])
                    if rule["model_id"] == model_id and _is_active(rule)
                ],
                audience=audiences[model_id],
                category_limits={
                    limit["category"]: (_number(limit, "minimum"), _number(limit, "maximum"))
                    for limit in seeds.get("category_limits", [])
                    if limit["model_id"] == model_id
                },
                bands=[_band(band) for band in seeds.get("score_bands", []) if band["model_id"] == model_id],
            )
        )
    return models


def _rule(row: Cells, conditions: Clauses) -> Rule:
    operation, trigger = row["operation"], row["trigger"]
    points = _number(row, "points")
    assert points is not None
    default = "every" if trigger == "activity" else "each" if operation == "set" else "while"
    limit_count = _text(row, "limit_count")
    return Rule(
        rule_id=row["rule_id"],
        model_id=row["model_id"],
        category=_text(row, "category"),
        operation=operation,
        points=-points if operation == "subtract" else points,
        trigger=trigger,
        activity_types=frozenset(kind.strip() for kind in (_text(row, "activity") or "").split("|")),
        recurrence=_text(row, "recurrence") or default,
        once_per=_text(row, "once_per"),
        limit_count=int(limit_count) if limit_count else None,
        limit_period=_text(row, "limit_period"),
        delay=_duration(row, "delay"),
        expires_after=_duration(row, "expires_after"),
        decay=_text(row, "decay"),
        decay_percent=_number(row, "decay_percent"),
        decay_every=_duration(row, "decay_every"),
        window_length=_duration(row, "window_length"),
        measure=_text(row, "measure"),
        measure_field=_text(row, "measure_field"),
        comparator=_text(row, "comparator"),
        threshold=_number(row, "threshold"),
        threshold_high=_number(row, "threshold_high"),
        evaluate_from=_text(row, "evaluate_from") or "window",
        per_field=_text(row, "per_field"),
        per_step=_number(row, "per_step"),
        valid_from=_timestamp(row, "valid_from"),
        valid_to=_timestamp(row, "valid_to"),
        conditions=conditions,
    )


def _band(row: Cells) -> Band:
    return Band(
        band_id=row["band_id"],
        title=_text(row, "title"),
        action=_text(row, "action"),
        above=_number(row, "above"),
        from_score=_number(row, "from_score"),
        up_to=_number(row, "up_to"),
        below=_number(row, "below"),
    )


def _clauses(rows: list[Cells], owner: str) -> defaultdict[str, Clauses]:
    grouped: defaultdict[tuple[str, str], list[Condition]] = defaultdict(list)
    for row in rows:
        condition = Condition(row["field"], row["operator"], row.get("value", ""))
        grouped[row[owner], row.get("clause", "")].append(condition)
    clauses: defaultdict[str, Clauses] = defaultdict(list)
    for (owner_id, _), conditions in grouped.items():
        clauses[owner_id].append(conditions)
    return clauses


def _text(row: Cells, column: str) -> str | None:
    return row.get(column) or None


def _number(row: Cells, column: str) -> Decimal | None:
    text = _text(row, column)
    return None if text is None else read_number(text)


def _duration(row: Cells, column: str) -> Duration | None:
    text = _text(row, column)
    return None if text is None else read_duration(text)


def _timestamp(row: Cells, column: str) -> datetime | None:
    text = _text(row, column)
    return None if text is None else read_timestamp(text)


def _is_active(row: Cells) -> bool:
    return (_text(row, "is_active") or "true").lower() == "true"


def read_rates(world: World) -> dict[str, list[tuple[datetime, Decimal]]]:
    """Currency, in lower case -> from when on each of its rates counts, the latest first."""
    rates: dict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for row in world.configuration.get("exchange_rates", []):
        rate = _number(row, "rate")
        assert rate is not None
        valid_from = _timestamp(row, "valid_from") or datetime.min
        rates[row["currency"].strip().lower()].append((valid_from, rate))
    return {currency: sorted(known, reverse=True) for currency, known in rates.items()}
