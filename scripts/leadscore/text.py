"""Words for people: one line of text, how many of something, how long ago."""

from datetime import datetime

UNITS = (("year", 31_536_000), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def escaped(text: str) -> str:
    """Text from data as printable characters: a terminal takes none of it for an order to itself.

    What is escaped are line breaks, control characters (C0, C1), those that turn the direction of writing,
    and halves of characters, which a name of a file may hold.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def indented_lines(text: str) -> list[str]:
    """The message of another program: only its first line begins where the command's own lines begin."""
    first, *more = text.rstrip().split("\n")
    return [first, *(f"  {line.rstrip()}" for line in more if line.strip())]


def one_line(text: str, longest: int = 1000) -> str:
    """Text from data as one printable line, the middle of long text left out."""
    shown = escaped(text)
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
