"""What a person is recognised by, in tables and in files."""

import mmap
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from leadscore.erasure.hashes import exported_hashes
from leadscore.erasure.person import Person
from leadscore.erasure.spelling import (
    birth_pattern,
    escaped,
    in_bytes,
    is_telling,
    name_pattern,
    spellings,
    word_pattern,
)
from leadscore.erasure.sql import among_sql
from leadscore.raw.reading import column_as_read_sql
from leadscore.storage.database import identifier, literal

CONTACT_COLUMN = re.compile(r"(^|_)(contact_id|merged_into|alias_id|survivor_id|other_id)$")
# What somebody else is called, or a company: a name in there is not said of the person.
OTHERS_NAMES = re.compile(r"(^|_)(first_?name|last_?name|company(_name)?|author)$")
HASH = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
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
        named = [value for value in (*person.ids, *person.visitors, *person.phones) if is_telling(value)]
        return tuple(dict.fromkeys([*person.emails, *named]))

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """Regular expressions of three groups, the value being the second; letter case doesn't count."""
        words = [word_pattern(word) for word in spellings(self.words)]
        names = '("(?:contact_id|merged_into)" *: *"?)'
        ids = [f'{names}({escaped(value)})([",}} ]|$)' for value in spellings(self.person.ids)]
        return (*words, *ids)

    @cached_property
    def descriptions(self) -> tuple[str, ...]:
        """The same of what only a pair tells: names, birth dates with postal codes."""
        return (
            *(name_pattern(*pair) for pair in self.person.names),
            *(birth_pattern(*pair) for pair in self.person.births),
        )

    @cached_property
    def hashes(self) -> frozenset[str]:
        """The addresses and numbers as files for platforms have them."""
        return exported_hashes(self.person)

    def condition_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows that name the person.

        Args:
            columns: The columns of a table -> their types.
        """
        found = [self.own_rows_sql(columns)]
        for name, kind in columns.items():
            if _is_text(kind):
                anything = literal("|".join(f"(?:{pattern})" for pattern in self._patterns_of(name)))
                text = f"cast({identifier(name)} as varchar)"
                found.append(f"coalesce(regexp_matches({text}, {anything}, 'i'), false)")
        found += self._pairs_sql(columns, ("first_name", "last_name"), self.person.names)
        found += self._pairs_sql(columns, ("birth_date", "postal_code"), self.person.births)
        return f"({' or '.join(found)})"

    def hashed_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows that hold an address or a number as its hash."""
        listed = f"[{', '.join(map(literal, sorted(self.hashes)))}]::varchar[]"
        texts = [
            f"lower(cast({identifier(name)} as varchar))" for name, kind in columns.items() if _is_text(kind)
        ]
        found = [f"list_has_any(regexp_extract_all({text}, '[0-9a-f]{{64}}'), {listed})" for text in texts]
        return f"coalesce({' or '.join(found) or 'false'}, false)"

    def own_rows_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows which are the person's own, as their contact or visitor tells."""
        found = []
        for name in columns:
            text = column_as_read_sql(f"cast({identifier(name)} as varchar)")
            if CONTACT_COLUMN.search(name.lower()):
                found.append(f"{text} in {among_sql(self.person.ids)}")
            if name.lower() == "anonymous_id":
                found.append(f"{text} in {among_sql(self.person.visitors)}")
        return f"coalesce({' or '.join(found) or 'false'}, false)"

    def without_sql(self, column: str, name: str = "") -> str:
        """The SQL of a text column in which the person's values are replaced.

        Args:
            column: The SQL.
            name: The column's name: in some a name is somebody else's.
        """
        sql = column
        for pattern in self._patterns_of(name):
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
        starts = [f'(^"?)({escaped(value)})("?[,;\\t])' for value in spellings(self.person.ids)]
        patterns = (*self.patterns, *self.descriptions, *starts)
        return re.compile(b"|".join(in_bytes(f"(?:{p})") for p in patterns), re.I | re.M)

    def without(self, content: bytes) -> bytes:
        """A text in which the person's values are replaced, and what stands around them kept."""
        for _ in range(2):  # a separator that two values share belongs to the first
            content = self.in_text.sub(_replaced, content)
        return content

    def found_in(self, file: Path) -> int:
        """How often a text file names the person."""
        with _content(file) as content:
            named = sum(1 for _ in self.in_text.finditer(content))
            return named + sum(self._is_theirs(found) for found in HASH.finditer(content))

    def is_named_in(self, text: bytes) -> bool:
        """Whether a text names the person."""
        return bool(self.in_text.search(text)) or any(map(self._is_theirs, HASH.finditer(text)))

    def bytes_in(self, file: Path) -> dict[str, int]:
        """Word -> how often its bytes stand in a file, as written, small or in capitals; only those found.

        Digits alone are passed over: in a file of numbers they come about by chance.
        """
        with _content(file) as content:
            counts = {word: _count(content, word) for word in self.words if not word.isdecimal()}
        return {word: count for word, count in counts.items() if count}

    def descriptions_in(self, file: Path) -> int:
        """How often the bytes of a file tell of the person by a pair: in the text of a whole row, say."""
        if not self.descriptions:
            return 0
        anything = re.compile(b"|".join(in_bytes(f"(?:{p})") for p in self.descriptions), re.I | re.M)
        with _content(file) as content:
            return sum(1 for _ in anything.finditer(content))

    def _is_theirs(self, found: re.Match[bytes]) -> bool:
        return found[0].lower().decode() in self.hashes

    def _patterns_of(self, column: str) -> tuple[str, ...]:
        return self.patterns if OTHERS_NAMES.search(column.lower()) else (*self.patterns, *self.descriptions)

    def _pairs_sql(
        self, columns: Mapping[str, str], wanted: tuple[str, str], pairs: tuple[tuple[str, str], ...]
    ) -> list[str]:
        present = {name.lower().replace("_", ""): identifier(name) for name in columns}
        sought = [present.get(name.replace("_", "")) for name in wanted]
        if not pairs or None in sought:
            return []
        texts = [f"lower(trim(cast({name} as varchar)))" for name in sought]
        return [
            f"coalesce({texts[0]} = lower({literal(one)}) and {texts[1]} = lower({literal(other)}), false)"
            for one, other in pairs
        ]


def _replaced(found: re.Match[bytes]) -> bytes:
    last = found.lastindex or 3  # what follows the value is the last group of each pattern
    return (found[last - 2] or b"") + ERASED.encode() + (found[last] or b"")


@contextmanager
def _content(file: Path) -> Iterator[mmap.mmap | bytes]:
    with file.open("rb") as opened:
        if not file.stat().st_size:
            yield b""  # nothing can't be mapped
            return
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content


def _count(content: mmap.mmap | bytes, word: str) -> int:
    count = 0
    for spelling in {
        spelt.encode() for value in spellings([word]) for spelt in (value, value.lower(), value.upper())
    }:
        place = content.find(spelling)
        while place >= 0:
            count, place = count + 1, content.find(spelling, place + 1)
    return count


def _is_text(kind: str) -> bool:
    return kind in ("VARCHAR", "JSON", "BLOB", "UUID") or "VARCHAR" in kind or "JSON" in kind
