"""Fields and operators (section 3, "Conditions")."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from reference.config import Clauses, Condition
from reference.values import (
    EXACT,
    Json,
    json_elements,
    json_text,
    read_boolean,
    read_date,
    read_number,
    read_plain_number,
    read_timestamp,
)
from reference.world import Row

Sources = dict[str, Row]
"""The rows that a condition's fields are taken from: `contact`, and `event` or `transaction`."""

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "starts with": str.startswith,
    "ends with": str.endswith,
    "matches": lambda text, pattern: re.search(pattern, text) is not None,
}
NEGATIONS = {"!=": "=", "not in": "in", "not contains": "contains", "has not": "has"}


def hold(clauses: Clauses, sources: Sources) -> bool:
    """Whether one clause holds; without any, everything does."""
    return not clauses or any(all(_holds(row, sources) for row in clause) for clause in clauses)


def field_value(field: str, sources: Sources) -> Any:
    """The typed value of a field, None when it is missing."""
    source, _, path = field.partition(".")
    row = sources[source]
    if field == "transaction.payment_days":
        return _payment_days(row)
    return json_text(_json_value(field, sources)) if _is_json(field) else row[path]


def _is_json(field: str) -> bool:
    return field.startswith(("event.properties.", "contact.attributes."))


def _json_value(field: str, sources: Sources) -> Any:
    source, column, name = field.split(".", 2)
    value = sources[source][column]
    return _named(value.value, name) if isinstance(value, Json) else None


def _named(found: Any, name: str) -> Any:
    """What a name leads to in an object: all of it is tried as a key, then its first part."""
    if not isinstance(found, dict):
        return None
    if name in found:
        return found[name]
    first, dot, rest = name.partition(".")
    return _named(found.get(first), rest) if dot else None


def _payment_days(row: Row) -> Decimal | None:
    if row["paid_at"] is None or row["invoiced_at"] is None:
        return None
    elapsed = (row["paid_at"] - row["invoiced_at"]) // timedelta(microseconds=1)
    return EXACT.divide(Decimal(elapsed), Decimal(86_400_000_000))


def _holds(condition: Condition, sources: Sources) -> bool:
    value = field_value(condition.field, sources)
    if condition.operator == "is set":
        return value is not None
    if condition.operator == "is not set":
        return value is None
    positive = NEGATIONS.get(condition.operator)
    if condition.operator in ("has", "has not"):
        return _has_element(condition, sources) is (positive is None)
    if value is None:
        return positive is not None
    if positive is not None:
        return not _satisfies(value, positive, condition.value)
    return _satisfies(value, condition.operator, condition.value)


def _has_element(condition: Condition, sources: Sources) -> bool:
    """Whether an element of an array is the value; what is no array is an array of one."""
    found = elements(condition.field, sources)
    return any(element is not None and _satisfies(element, "=", condition.value) for element in found)


def elements(field: str, sources: Sources) -> list[Any]:
    """The elements of a JSON array; what is no array is an array of one."""
    return json_elements(_json_value(field, sources)) if _is_json(field) else [field_value(field, sources)]


def _satisfies(value: Any, name: str, wanted: str) -> bool:
    if name == "in":
        return any(_satisfies(value, "=", part) for part in wanted.split("|"))
    if name in TEXT_TESTS:
        return TEXT_TESTS[name](str(value), wanted)
    if isinstance(value, str):
        return _text_satisfies(value, name, wanted)
    return COMPARISONS[name](*_both_sides(value, wanted))


def _text_satisfies(value: str, name: str, wanted: str) -> bool:
    """As numbers where both sides are plain numbers; nothing else is more or less than one."""
    number, wanted_number = read_plain_number(value), read_plain_number(wanted)
    if number is not None and wanted_number is not None:
        return COMPARISONS[name](number, wanted_number)
    if wanted_number is not None and name != "=":
        return False
    return COMPARISONS[name](value, wanted)


def _both_sides(value: Any, wanted: str) -> tuple[Any, Any]:
    """A column that is a number, a date, an instant or a boolean, and the value read as one."""
    if isinstance(value, datetime):
        return value, read_timestamp(wanted)
    if isinstance(value, date):
        return value, read_date(wanted)
    if isinstance(value, bool):
        return value, read_boolean(wanted)
    return value, read_number(wanted)
