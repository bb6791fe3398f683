"""JSON for programs: decimals stay the numbers that they are, times are ISO 8601."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal


def json_value(value: object) -> str:
    """One value as JSON text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False, default=str)


def json_object(record: Mapping[str, object]) -> str:
    """One object on one line."""
    return "{" + ", ".join(f"{json_value(name)}: {json_value(value)}" for name, value in record.items()) + "}"


def json_list(records: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A list of objects, an object a line, however many there are."""
    separator = "["
    for record in records:
        yield separator + json_object(record)
        separator = ",\n"
    yield "[]" if separator == "[" else "]"
