"""How long ago something was, and how long it took, in words."""

from datetime import datetime

UNITS = (("year", 31_536_000), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def in_words(seconds: float) -> str:
    """A length of time in its largest unit: `3 minutes`."""
    whole = int(abs(seconds))
    unit, size = next(((unit, size) for unit, size in UNITS if whole >= size), UNITS[-1])
    count = whole // size
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def ago(then: datetime, now: datetime) -> str:
    """How long ago an instant was: `3 minutes ago`, or `in 2 days` if it lies ahead."""
    seconds = (now - then).total_seconds()
    return f"{in_words(seconds)} ago" if seconds >= 0 else f"in {in_words(seconds)}"
