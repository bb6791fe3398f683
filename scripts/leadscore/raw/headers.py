"""Headers as people and tools write them: compared without case, and missed by a letter."""

import difflib
import unicodedata
from collections.abc import Iterable

# What has Unicode's property White_Space, for DuckDB's `trim`.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
LISTED_AT_MOST = 60


def header_key(header: str) -> str:
    """What headers have in common that name the same column."""
    return unicodedata.normalize("NFC", header).strip().casefold()


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
