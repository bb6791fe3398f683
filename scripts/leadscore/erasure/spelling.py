"""How values of a person are written: as regular expressions that DuckDB and Python read alike."""

import json
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

BEFORE, AFTER = "(^|[^A-Za-z0-9_.+@-])", "($|[^A-Za-z0-9_.@-]|[.]($|[^A-Za-z0-9]))"
TELLING_CHARACTERS, TELLING_DIGITS = 6, 9
# What stands between a first and a last name: in a sentence, in cells, in JSON.
_BETWEEN = r"(?:[^A-Za-z0-9]{1,8}(?:(?:first|last)_?name[^A-Za-z0-9]{1,8})?)"


def is_telling(value: str) -> bool:
    """Whether nothing else is likely to be called so: `c-00529`, but not `ann` or `100234`."""
    shortest = TELLING_DIGITS if value.isdecimal() else TELLING_CHARACTERS
    return len(value) >= shortest and any(letter.isdecimal() for letter in value)


def spellings(values: Iterable[str]) -> tuple[str, ...]:
    """The same texts as other tools and runs write them: both normal forms, as JSON and links have them."""
    found: dict[str, None] = {}
    for value in values:
        forms = (value, unicodedata.normalize("NFC", value), unicodedata.normalize("NFD", value))
        links = (quote(form, safe="", errors="replace") for form in forms)
        for form in (*forms, *(json.dumps(form)[1:-1] for form in forms), *links):
            found[form] = None
    return tuple(found)


def word_pattern(value: str) -> str:
    """A value as a word: three groups, the value being the second."""
    return f"{BEFORE}({escaped(value)}){AFTER}"


def name_pattern(first: str, last: str) -> str:
    """A first and a last name beside each other, either first; likewise three groups."""
    one, other = (_any_of(name) for name in (first, last))
    return f"{BEFORE}({one}{_BETWEEN}{other}|{other}{_BETWEEN}{one}){AFTER}"


def birth_pattern(date: str, code: str) -> str:
    """A birth date and a postal code on one line, either first; likewise three groups."""
    one, other, between = _any_of(date), _any_of(code), r"[^\n]{1,100}?"
    return f"{BEFORE}({one}{between}{other}|{other}{between}{one}){AFTER}"


def escaped(value: str) -> str:
    """A value in a regular expression, understood by DuckDB and by Python."""
    return re.sub(r"([!-/:-?\[-^`{-~])", r"\\\1", value)


def in_bytes(pattern: str) -> bytes:
    """A pattern for files, where letter case is known of ASCII only: other letters in both cases."""
    both = (
        f"(?:{letter.lower()}|{letter.upper()})"
        if not letter.isascii() and letter.lower() != letter.upper()
        else letter
        for letter in pattern
    )
    return "".join(both).encode()


def _any_of(value: str) -> str:
    return f"(?:{'|'.join(escaped(spelling) for spelling in spellings([value]))})"
