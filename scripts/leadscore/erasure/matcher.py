"""What a person is recognised by, in tables and in files."""

import mmap
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from leadscore.erasure.lookup import among_sql
from leadscore.erasure.person import Person
from leadscore.storage.database import identifier, literal

CONTACT_COLUMN = re.compile(r"(^|_)(contact_id|merged_into|alias_id|survivor_id|other_id)$")
BEFORE, AFTER = "(^|[^A-Za-z0-9_.+@-])", "($|[^A-Za-z0-9_.@-]|[.]($|[^A-Za-z0-9]))"
TELLING_CHARACTERS, TELLING_DIGITS = 6, 9
ERASED = "erased"


@dataclass(frozen=True)
class Matcher:
    """What to look for.

    Attributes:
        person: Whom it tells.
    """

    person: Person

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Values that stand for this person wherever they are found; `42` and `ann` could be anything."""
        person = self.person
        named = [value for value in (*person.ids, *person.visitors, *person.phones) if _is_telling(value)]
        return tuple(dict.fromkeys([*person.emails, *named]))

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """Regular expressions of three groups, the value being the second; letter case doesn't count."""
        words = [f"{BEFORE}({_escaped(word)}){AFTER}" for word in self.words]
        names = '("(?:contact_id|merged_into)" *: *"?)'
        ids = [f'{names}({_escaped(value)})([",}} ]|$)' for value in self.person.ids]
        return (*words, *ids)

    def condition_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows that name the person.

        Args:
            columns: The columns of a table -> their types.
        """
        found = [self.own_rows_sql(columns)]
        for name, kind in columns.items():
            if _is_text(kind):
                anything = literal("|".join(f"(?:{pattern})" for pattern in self.patterns))
                text = f"cast({identifier(name)} as varchar)"
                found.append(f"coalesce(regexp_matches({text}, {anything}, 'i'), false)")
        return f"({' or '.join(found)})"

    def own_rows_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows which are the person's own, as their contact or visitor tells."""
        found = []
        for name in columns:
            text = f"cast({identifier(name)} as varchar)"
            if CONTACT_COLUMN.search(name.lower()):
                found.append(f"{text} in {among_sql(self.person.ids)}")
            if name.lower() == "anonymous_id":
                found.append(f"{text} in {among_sql(self.person.visitors)}")
        return f"coalesce({' or '.join(found) or 'false'}, false)"

    def without_sql(self, column: str) -> str:
        """The SQL of a text column in which the person's values are replaced."""
        sql = column
        for pattern in self.patterns:
            sql = f"regexp_replace({sql}, {literal(pattern)}, '\\1{ERASED}\\3', 'gi')"
        return sql

    def holding_sql(self, columns: Mapping[str, str], word: str) -> str:
        """SQL that is true for rows in which a value stands, if only as a part of another."""
        texts = [
            f"contains(lower(cast({identifier(name)} as varchar)), {literal(word.lower())})"
            for name, kind in columns.items()
            if _is_text(kind)
        ]
        return f"coalesce({' or '.join(texts) or 'false'}, false)"

    @cached_property
    def in_text(self) -> re.Pattern[bytes]:
        """What finds the person in a text file: words anywhere, other ids where a line starts."""
        starts = [f'(^"?)({_escaped(value)})("?[,;\\t])' for value in self.person.ids]
        return re.compile("|".join(f"(?:{p})" for p in (*self.patterns, *starts)).encode(), re.I | re.M)

    def found_in(self, file: Path) -> int:
        """How often a text file names the person."""
        with file.open("rb") as opened:
            if not file.stat().st_size:
                return 0
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return sum(1 for _ in self.in_text.finditer(content))

    def bytes_in(self, file: Path) -> dict[str, int]:
        """Word -> how often its bytes stand in a file, as written, small or in capitals; only those found.

        Digits alone are passed over: in a file of numbers they come about by chance.
        """
        counts = {}
        with file.open("rb") as opened:
            if not file.stat().st_size:
                return {}
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
                for word in self.words:
                    if not word.isdecimal():
                        spellings = {word.encode(), word.lower().encode(), word.upper().encode()}
                        counts[word] = sum(_count(content, spelling) for spelling in spellings)
        return {word: count for word, count in counts.items() if count}


def _count(content: mmap.mmap, value: bytes) -> int:
    count, place = 0, content.find(value)
    while place >= 0:
        count, place = count + 1, content.find(value, place + 1)
    return count


def _is_telling(value: str) -> bool:
    """Whether nothing else is likely to be called so: `c-00529`, but not `ann` or `100234`."""
    shortest = TELLING_DIGITS if value.isdecimal() else TELLING_CHARACTERS
    return len(value) >= shortest and any(letter.isdecimal() for letter in value)


def _is_text(kind: str) -> bool:
    return kind in ("VARCHAR", "JSON", "BLOB", "UUID") or "VARCHAR" in kind or "JSON" in kind


def _escaped(value: str) -> str:
    """A value in a regular expression, understood by DuckDB and by Python."""
    return re.sub(r"([!-/:-?\[-^`{-~])", r"\\\1", value)
