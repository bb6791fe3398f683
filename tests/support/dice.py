"""Choices by chance, reproducible from one number."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice(Random):
    """A seeded source of choices."""

    def likely(self, tenths: int) -> bool:
        """True so many times in ten."""
        return self.random() * 10 < tenths

    def rarely(self) -> bool:
        """True once in thirty times."""
        return self.randrange(30) == 0

    def some(self, choices: Sequence[T], low: int, high: int) -> list[T]:
        """Between so many of the choices, each once at most."""
        return self.sample(choices, min(len(choices), self.randint(low, high)))
