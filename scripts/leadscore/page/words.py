"""What the pages say, in the reader's language: the texts stand in `words/`, a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).with_name("words")


class Language(StrEnum):
    """The languages that the pages know."""

    ENGLISH = "en"
    DUTCH = "nl"


class Words:
    """The texts of one language, by key."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._texts = texts(language)

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values filled in.

        Args:
            key: Names the text.
            values: What stands in it in braces; numbers get their thousands apart, instants are told in UTC,
                to the minute.
        """
        return self._texts[key].format(**{name: self._shown(value) for name, value in values.items()})

    def several(self, number: int, key: str) -> str:
        """A text about so many things: `key`_one has what is said of one."""
        return self(f"{key}_one") if number == 1 else self(key, number=number)

    def number(self, number: float | Decimal, decimals: int = 0) -> str:
        """A number as the language writes it."""
        written = f"{number:,.{decimals}f}"
        return written.translate(str.maketrans(",.", ".,")) if self.language is Language.DUTCH else written

    def age(self, age: timedelta, told: str = "published") -> str:
        """How long ago something was, in the unit that people would use.

        Args:
            age: How long.
            told: What is said of it: that it was `published`, or `ago` alone.
        """
        minutes = max(0, int(age.total_seconds() // 60))
        for unit, length in (("days", 24 * 60), ("hours", 60)):
            if minutes >= 2 * length:
                return self(f"{told}_{unit}", number=minutes // length)
        return self.several(minutes, f"{told}_minutes")

    def _shown(self, value: object) -> str:
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M} UTC"
        return self.number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


@cache
def texts(language: Language) -> Mapping[str, str]:
    """All texts of a language by key."""
    found = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return {str(key): str(text) for key, text in found.items()}
