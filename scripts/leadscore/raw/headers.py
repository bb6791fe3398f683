"""Headers as people and tools write them: compared without case, and missed by a letter."""

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

LISTED_AT_MOST = 60


def header_key(header: str) -> str:
    """What headers have in common that name the same column."""
    return unicodedata.normalize("NFC", header).strip().casefold()


def repeated(headers: Sequence[str]) -> list[str]:
    """The headers of which another one names the same column, sorted; empty ones name none."""
    keys = [header_key(header) for header in headers]
    return sorted({header for header, key in zip(headers, keys, strict=True) if key and keys.count(key) > 1})


def near(header: str, headers: Iterable[str]) -> list[str]:
    """The headers that somebody may have meant, the most alike first; at most 3."""
    keys = {header_key(other): other for other in headers}
    wanted = header_key(header)
    within = [key for key in keys if wanted and wanted in key]
    return [keys[key] for key in (difflib.get_close_matches(wanted, keys, 3) or within)[:3]]


def listed(headers: Iterable[str]) -> str:
    """Headers in one line, for people."""
    names = list(headers)
    more = len(names) - LISTED_AT_MOST
    return ", ".join(names[:LISTED_AT_MOST]) + (f" and {more:,} more" if more > 0 else "")
