"""Reading values, durations and rounding (section 1, and "bad rows" of section 2)."""

from __future__ import annotations

import calendar
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

EXACT = Context(prec=80, rounding=ROUND_HALF_UP)

TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?"
    r"\s*(?:(Z)|([+-])(\d{2}):?(\d{2})?)?",
    re.ASCII,
)
WHITE_SPACE = {
    *range(0x9, 0xE), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
    0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
}  # fmt: skip
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_INTEGER = re.compile(r"([+-]?\d+)(?:\.0)?", re.ASCII)
_DURATION = re.compile(r"\s*(\d+)\s+(minute|hour|day|week|month|year)s?\s*", re.ASCII)


@dataclass(frozen=True)
class Json:
    """A JSON object: its text, by which rows that tie are ordered, and its value."""

    text: str
    value: dict[str, Any]


@dataclass(frozen=True)
class JsonNumber:
    """A number in a JSON value, as it is written there."""

    text: str


@dataclass(frozen=True)
class Duration:
    """`<n> <unit>`, with months and years as months."""

    amount: int
    unit: str

    def after(self, instant: datetime, times: int = 1) -> datetime:
        """The instant that lies this long, so many times, after another one."""
        amount = self.amount * times
        if self.unit in ("month", "year"):
            return add_months(instant, amount * (12 if self.unit == "year" else 1))
        return instant + amount * timedelta(**{f"{self.unit}s": 1})


def add_months(instant: datetime, months: int) -> datetime:
    """Calendar arithmetic: the same day so many months later, or that month's last day."""
    index = instant.year * 12 + instant.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return instant.replace(year=year, month=month, day=min(instant.day, calendar.monthrange(year, month)[1]))


def read_duration(text: str) -> Duration:
    """The duration that a configuration cell holds."""
    found = _DURATION.fullmatch(text)
    assert found, f"not a duration: {text!r}"
    return Duration(int(found[1]), found[2])


def read_text(value: Any) -> str | None:
    """A text in normal form C without white space around it, or None if it is nothing else."""
    composed = unicodedata.normalize("NFC", str(value))
    signs = [place for place, sign in enumerate(composed) if ord(sign) not in WHITE_SPACE]
    return composed[signs[0] : signs[-1] + 1] if signs else None


def read_timestamp(value: Any) -> datetime | None:
    """An instant in UTC, or None for what can't be read as one."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    found = _TIMESTAMP.fullmatch(str(value).strip())
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")),
            tzinfo=timezone(offset),
        )
        return local.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def read_date(value: Any) -> date | None:
    """A calendar date, or None."""
    instant = read_timestamp(value)
    return instant.date() if instant else None


def read_number(value: Any) -> Decimal | None:
    """What `decimal(38, 10)` can hold, or None; a boolean is no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if not _NUMBER.fullmatch(str(value)):
        return None
    number = EXACT.create_decimal(str(value).strip())
    if abs(number) >= Decimal(10) ** 28:
        return None
    return number.quantize(Decimal("1e-10"), context=EXACT)


def read_plain_number(text: str) -> Decimal | None:
    """A text that is a number and nothing else, exactly: an optional minus, no leading zeros, no exponent."""
    return Decimal(text) if _PLAIN_NUMBER.fullmatch(text) else None


def read_counted_number(value: Any) -> Decimal | None:
    """What `sum`, `average` and `per_field` take: a number of a column, or a plain number."""
    return None if isinstance(value, str) and read_plain_number(value) is None else read_amount(value)


def read_amount(value: Any) -> Decimal | None:
    """A number with at most 18 digits before the point: one that can be summed."""
    number = read_number(value)
    return None if number is None or abs(number) >= Decimal(10) ** 18 else number


def read_points(value: Any) -> Decimal | None:
    """A number with at most 10 digits before the point and 8 after it."""
    number = read_number(value)
    if number is None or abs(rounded := round_half_away(number, 8)) >= Decimal(10) ** 10:
        return None
    return rounded


def read_integer(value: Any) -> int | None:
    """`12` or `12.0`, nothing else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    found = _INTEGER.fullmatch(str(value))
    return int(found[1]) if found else None


def read_boolean(value: Any) -> bool | None:
    """True or false, as a value or as one of the usual words for it."""
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    return True if text in TRUE else False if text in FALSE else None


def read_json(value: Any) -> Json | None:
    """A JSON object, or None for what isn't one."""
    try:
        parsed = json.loads(str(value), parse_int=JsonNumber, parse_float=JsonNumber)
    except ValueError:
        return None
    return Json(str(value), parsed) if isinstance(parsed, dict) else None


def json_text(value: Any) -> str | None:
    """The text by which a JSON value is compared: itself, its JSON text, or compact JSON; null is missing."""
    if isinstance(value, JsonNumber):
        return _written_out(value)
    return value if value is None or isinstance(value, str) else _compact(value)


def json_elements(value: Any) -> list[str | None]:
    """The texts of an array's elements; another value is an array of one."""
    return [json_text(element) for element in (value if isinstance(value, list) else [value])]


def _written_out(number: JsonNumber) -> str:
    """A number without exponent."""
    text = _compact(number)
    digits = f"{Decimal(text):f}"
    has_fraction = "." in digits or "e" not in text or abs(Decimal(text)) >= Decimal("1e21")
    return text if "e" not in text else digits if has_fraction else f"{digits}.0"


def _compact(value: Any) -> str:
    if isinstance(value, JsonNumber):
        return value.text if value.text.lstrip("-").isdigit() else repr(float(value.text))
    if isinstance(value, dict):
        return "{" + ",".join(f"{_compact(key)}:{_compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def round_half_away(number: Decimal, decimals: int) -> Decimal:
    """A number rounded half away from zero."""
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=EXACT)
