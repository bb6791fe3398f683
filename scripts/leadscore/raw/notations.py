"""How files of a country write numbers and dates, and SQL that writes them as the models read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leadscore.raw.tables import INSTANTS, NUMBERS
from leadscore.raw.white_space import BLANK, WHITE_SPACE, blank_sql
from leadscore.storage.database import literal

YEAR_FIRST = rf"{BLANK}[0-9]{{4}}-.*"
DAY_FIRST = rf"{BLANK}([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{4}})"
TIME = rf"(?:,?[{WHITE_SPACE}]+|T)([0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)?)"
OFFSET = rf"{BLANK}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})?"


class Notation(StrEnum):
    """The ways of writing that a mapping may name."""

    DECIMAL_COMMA = ","
    DECIMAL_POINT = "."
    DAY_FIRST = "day-first"


@dataclass(frozen=True)
class NotationKey:
    """A key of a mapping.

    Attributes:
        allowed: What it may say.
        columns: The columns that it is for.
        things: What stands in them.
    """

    allowed: Sequence[Notation]
    columns: Sequence[str]
    things: str


KEYS: Mapping[str, NotationKey] = {
    "decimal": NotationKey((Notation.DECIMAL_COMMA, Notation.DECIMAL_POINT), NUMBERS, "numbers"),
    "date": NotationKey((Notation.DAY_FIRST,), INSTANTS, "dates"),
}


def said_of(notation: Notation) -> str:
    """What a mapping says: `decimal: ","`."""
    [name] = [name for name, key in KEYS.items() if notation in key.allowed]
    return f'{name}: "{notation}"' if name == "decimal" else f"{name}: {notation}"


def stays_sql(text: str, notation: Notation, is_number: str) -> str:
    """SQL that is true where a text needs no other writing.

    Args:
        text: SQL of the text.
        notation: How the file writes.
        is_number: SQL that is true where the file has a number, and no text.
    """
    if notation == Notation.DAY_FIRST:
        return f"{blank_sql(text)} or regexp_full_match({text}, {literal(YEAR_FIRST)})"
    return f"{blank_sql(text)} or {is_number}"


def rewritten_sql(text: str, notation: Notation) -> str:
    """SQL of a text as the models read it; null where it isn't written so, or is no day of the calendar."""
    if notation == Notation.DAY_FIRST:
        pattern = literal(f"{DAY_FIRST}(?:{TIME}{OFFSET})?{BLANK}")
        iso = rf"rtrim(regexp_replace({text}, {pattern}, '\3-\2-\1 \4\5'))"
        instant = f"cast(try_cast({iso} as timestamptz) at time zone 'UTC' as varchar)"
        return f"case when regexp_full_match({text}, {pattern}) then {instant} end"
    grouping = "." if notation == Notation.DECIMAL_COMMA else ","
    between = f"[{grouping}{WHITE_SPACE}]"
    # A group of three behind a lone zero, 0.125, isn't one: the point is the other country's.
    whole = rf"(?:[1-9][0-9]{{0,2}}(?:{between}[0-9]{{3}})+|[0-9]+)"
    pattern = literal(rf"{BLANK}[-+]?{BLANK}{whole}(?:[{notation}][0-9]+)?{BLANK}")
    digits = f"replace(regexp_replace({text}, {literal(between)}, '', 'g'), {literal(notation)}, '.')"
    return f"case when regexp_full_match({text}, {pattern}) then {digits} end"
