"""Fields and operators (section 3, "Conditions")."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from reference.config import Clauses, Condition
from reference.values import EXACT, Json, json_text, read_boolean, read_date, read_number, read_timestamp
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
NEGATIONS = {"!=": "=", "not in": "in", "not contains": "contains"}


def hold(clauses: Clauses, sources: Sources) -> bool:
    """Whether one clause holds; without any, everything does."""
    return not clauses or any(all(_holds(row, sources) for row in clause) for clause in clauses)


def field_value(field: str, sources: Sources) -> Any:
    """The typed value of a field, None when it is missing."""
    source, _, path = field.partition(".")
    row = sources[source]
    if field == "transaction.payment_days":
        return _payment_days(row)
    column, _, keys = path.partition(".")
    value = row[column]
    if not isinstance(value, Json):
        return value
    found: Any = value.value
    for key in keys.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return json_text(found)


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
    if value is None:
        return positive is not None
    if positive is not None:
        return not _satisfies(value, positive, condition.value)
    return _satisfies(value, condition.operator, condition.value)


def _satisfies(value: Any, name: str, wanted: str) -> bool:
    if name == "in":
        return any(_satisfies(value, "=", part) for part in wanted.split("|"))
    if name in TEXT_TESTS:
        return TEXT_TESTS[name](str(value), wanted)
    return COMPARISONS[name](*_both_sides(value, wanted))


def _both_sides(value: Any, wanted: str) -> tuple[Any, Any]:
    """Numbers when both are, dates and booleans when the column is one, else text."""
    if isinstance(value, datetime):
        return value, read_timestamp(wanted)
    if isinstance(value, date):
        return value, read_date(wanted)
    if isinstance(value, bool):
        return value, read_boolean(wanted)
    number = value if isinstance(value, Decimal) else read_number(value)
    wanted_number = read_number(wanted)
    if number is not None and wanted_number is not None:
        return number, wanted_number
    return str(value), wanted
