"""Words for people: one line of text, how many of something, how long ago."""

from datetime import datetime

UNITS = (("year", 31_536_000), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def one_line(text: str, longest: int = 1000) -> str:
    """Text from data as one printable line: control characters escaped, the middle of long text left out."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= longest else f"{shown[: longest // 2]} … {shown[-longest // 2 :]}"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """How many of something: `1 row`, `2,000 rows`.

    Args:
        number: How many.
        thing: What one is called.
        things: What several are called; None: the same with an s.
    """
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def in_words(seconds: float) -> str:
    """A length of time in its largest unit: `3 minutes`."""
    whole = int(abs(seconds))
    unit, size = next(((unit, size) for unit, size in UNITS if whole >= size), UNITS[-1])
    return counted(whole // size, unit)


def ago(then: datetime, now: datetime) -> str:
    """How long ago an instant was: `3 minutes ago`, or `in 2 days` if it lies ahead."""
    seconds = (now - then).total_seconds()
    return f"{in_words(seconds)} ago" if seconds >= 0 else f"in {in_words(seconds)}"
