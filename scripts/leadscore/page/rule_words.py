"""A rule in plain words: what it does to the score, when, and within which limits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from leadscore.page.published import Row
from leadscore.page.words import Words

# Operators of conditions and comparators of windows -> what their texts are called.
OPERATORS = {
    "=": "equals",
    "!=": "differs",
    "<": "less",
    "<=": "at_most",
    ">": "more",
    ">=": "at_least",
    "between": "between",
    "in": "one_of",
    "not in": "none_of",
    "contains": "contains",
    "not contains": "lacks",
    "starts with": "starts",
    "ends with": "ends",
    "matches": "matches",
    "has": "has",
    "has not": "has_not",
    "is set": "set",
    "is not set": "not_set",
}
UNITS = {"week": 7 * 24 * 60, "day": 24 * 60, "hour": 60, "minute": 1}
MICROSECONDS = 60 * 1_000_000


def rule_in_words(words: Words, rule: Row, conditions: Sequence[Row]) -> list[str]:
    """What a rule says, a sentence a line. They hold data: show them as `lines`.

    Args:
        words: The texts.
        rule: Its row of `config_rules`.
        conditions: `clause`, `field`, `operator` and `value` of each of its conditions.
    """
    held = _conditions(words, conditions)
    told = [words("rule_sentence", gives=_gives(words, rule), when=_when(words, rule, held))]
    if held and rule["rule_trigger"] != "profile":
        told.append(words("rule_only", conditions=held))
    return told + _limits(words, rule) + _lasting(words, rule) + _validity_and_category(words, rule)


def _gives(words: Words, rule: Row) -> str:
    kind = "sets" if rule["operation"] == "set" else "adds" if rule["points"] >= 0 else "takes"
    points = rule["points"] if kind == "sets" else abs(rule["points"])
    gives = words(f"rule_{kind}_one" if points == 1 else f"rule_{kind}", points=_number(words, points))
    if rule["per_step"] is not None:
        return words(
            "rule_per_step", gives=gives, step=_number(words, rule["per_step"]), field=rule["per_field"]
        )
    return words("rule_per_number", gives=gives, field=rule["per_field"]) if rule["per_field"] else gives


def _when(words: Words, rule: Row, conditions: str) -> str:
    trigger, recurrence = rule["rule_trigger"], rule["recurrence"]
    if trigger == "activity":
        types = _types(words, rule)
        return words("rule_first", types=types) if recurrence == "first" else words("rule_every", types=types)
    holds = (conditions or words("rule_everybody")) if trigger == "profile" else _measured(words, rule)
    if recurrence == "while":
        return words("rule_while", holds=holds)
    return words("rule_once", holds=holds) if recurrence == "first" else words("rule_each", holds=holds)


def _measured(words: Words, rule: Row) -> str:
    length = _duration(words, rule["window_months"], rule["window_microseconds"])
    measure = words(
        f"rule_{rule['measure']}",
        types=_types(words, rule),
        field=rule["measure_field"],
        span=words("rule_within", length=length) if length else words("rule_ever"),
    )
    limit = _number(words, rule["threshold"])
    if rule["comparator"] == "between":
        limit = words("rule_and", first=limit, second=_number(words, rule["threshold_high"]))
    return _compared(words, measure, rule["comparator"], limit)


def _types(words: Words, rule: Row) -> str:
    return words("rule_or").join(rule["activity"].split("|"))


def _conditions(words: Words, conditions: Sequence[Row]) -> str:
    """All conditions of a clause must hold, of one clause."""
    clauses: dict[str, list[str]] = {}
    for row in conditions:
        values = row["value"].split("|") if row["operator"] in ("in", "not in") else [row["value"]]
        value = ", ".join(f"“{one}”" for one in values)
        clauses.setdefault(row["clause"], []).append(_compared(words, row["field"], row["operator"], value))
    return words("rule_or_else").join(words("rule_and_also").join(held) for held in clauses.values())


def _compared(words: Words, left: str, operator: str, right: str) -> str:
    return words(f"operator_{OPERATORS[operator]}", left=left, right=right)


def _limits(words: Words, rule: Row) -> list[str]:
    told = []
    if rule["once_per"]:
        told.append(words("rule_once_per", field=rule["once_per"]))
    if rule["limit_count"] is not None:
        told.append(words(f"rule_limit_{rule['limit_period'] or 'life'}", number=rule["limit_count"]))
    window = _duration(words, rule["window_months"], rule["window_microseconds"])
    if rule["holds_when_empty"] and rule["evaluate_from"] == "window" and window:
        told.append(words("rule_judged_after", length=window))
    return told


def _lasting(words: Words, rule: Row) -> list[str]:
    told = []
    if delay := _duration(words, rule["delay_months"], rule["delay_microseconds"]):
        told.append(words("rule_delay", length=delay))
    if expires := _duration(words, rule["expires_months"], rule["expires_microseconds"]):
        told.append(words("rule_expires", length=expires))
    if rule["decay"]:
        told.append(
            words(
                f"rule_{rule['decay']}",
                percent=_number(words, rule["decay_percent"]),
                length=_duration(words, rule["decay_every_months"], rule["decay_every_microseconds"]),
            )
        )
    return told


def _validity_and_category(words: Words, rule: Row) -> list[str]:
    told = []
    if rule["valid_from"] is not None:
        told.append(words("rule_from", at=rule["valid_from"]))
    if rule["valid_to"] is not None:
        told.append(words("rule_until", at=rule["valid_to"]))
    if rule["category"]:
        told.append(words("rule_category", category=rule["category"]))
    return told


def _duration(words: Words, months: int | None, microseconds: int | None) -> str:
    """A duration in the largest unit that it is a whole number of; empty: there is none."""
    if months:
        years, rest = divmod(months, 12)
        return words.several(months, "duration_month") if rest else words.several(years, "duration_year")
    minutes = (microseconds or 0) // MICROSECONDS
    unit, length = next(((unit, length) for unit, length in UNITS.items() if minutes % length == 0))
    return words.several(minutes // length, f"duration_{unit}") if minutes else ""


def _number(words: Words, number: Decimal) -> str:
    """A number with no more decimals than it has."""
    decimals = -int(number.normalize().as_tuple().exponent)
    return words.number(number, max(decimals, 0))
