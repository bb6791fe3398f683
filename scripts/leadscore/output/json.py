"""JSON for programs: decimals stay the numbers that they are, times are ISO 8601."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

# What json leaves as it is though terminals obey it, or can't show it: DEL and C1, ends of lines, what turns
# the direction of writing, halves of characters.
UNSHOWN = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def json_value(value: object) -> str:
    """One value as JSON text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return json.dumps(value.isoformat())
    written = json.dumps(value, ensure_ascii=False, default=str)
    return UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


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


def nested_json(value: object) -> str:
    """Objects and lists within each other as JSON text; decimals stay numbers."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json_value(str(key))}: {nested_json(v)}" for key, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(nested_json(element) for element in value) + "]"
    return json_value(value)
