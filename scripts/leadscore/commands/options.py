"""What users write on the command line, as types: typer names the option whose value is refused."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer

from leadscore.build.project import parsed_variables
from leadscore.errors import UsageMistakeError
from leadscore.exports.formats import DELIMITERS, Delimiter
from leadscore.exports.phones import is_calling_code
from leadscore.raw.formats.encodings import is_text_encoding
from leadscore.settings import PROJECT_ROOT
from leadscore.storage.lock import LockWait
from leadscore.text import one_line

Wait = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="Wait so long for another process that is at work.")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Don't wait for another process.")]
UNITS = {"s": 1, "m": 60, "h": 3600}


def instant(text: str) -> datetime:
    """An instant in UTC from ISO 8601; one without an offset is UTC."""
    try:
        read = datetime.fromisoformat(text.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refused(
            f"{text!r} is not an instant. Write it like 2026-10-31 or 2026-10-31T12:00:00+02:00."
        ) from error


def interval(text: str) -> int:
    """Seconds from `30s`, `5m` or `1h`."""
    found = re.fullmatch(r"([0-9]{1,6})\s*([smh])", text.strip())
    if not found or int(found[1]) == 0:
        raise _refused(f"{text!r} is not an interval. Write it like 30s, 5m or 1h.")
    return int(found[1]) * UNITS[found[2]]


def share(text: str) -> float:
    """A share of all from `10%` or `0.5 %`: above 0, up to 1."""
    found = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{1,4})?)\s*%", text.strip())
    percent = float(found[1].replace(",", ".")) if found else 0.0
    if not 0 < percent <= 100:
        raise _refused(f"{text!r} is no share. Write it like 10% or 0.5%.")
    return percent / 100


def variables(text: str) -> dict[str, object]:
    """Dbt variables from YAML; only those that the project knows."""
    try:
        return parsed_variables(PROJECT_ROOT, text)
    except UsageMistakeError as error:
        raise _refused(f"{error.message}. {error.advice}") from error


def calling_code(text: str) -> str:
    """The calling code of a country, without a plus sign."""
    if not is_calling_code(text):
        raise _refused(f"{text!r} is no country's calling code. Write it without a plus sign or zeros: 31.")
    return text


def delimiter(text: str) -> Delimiter:
    """What separates the cells of CSV: itself, or its name."""
    named = {sign: name for name, sign in DELIMITERS.items()} | {name.value: name for name in Delimiter}
    named["\\t"] = Delimiter.TAB
    found = named.get(text.lower())
    if found is None:
        raise _refused(f"{text!r} separates no cells. Write one of , ; | or tab.")
    return found


def encoding(text: str) -> str:
    """How a text is encoded, by a name that Python knows."""
    if not is_text_encoding(text):
        raise _refused(f"{text!r} is no encoding. Write one like utf-8, utf-16, windows-1252 or latin-1.")
    return text


def lock_wait(wait: float, no_wait: bool) -> LockWait:
    """How long a command waits, as its options say."""
    return LockWait(0 if no_wait else wait)


def _refused(message: str) -> typer.BadParameter:
    return typer.BadParameter(one_line(message))
