"""White space as Unicode has it: DuckDB's own `trim` takes off blanks only."""

from leadscore.storage.database import literal

# What has the property White_Space; Python's own `strip` takes separators of files along.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
BLANK = rf"[{WHITE_SPACE}]*"


def blank_sql(text: str) -> str:
    """SQL that is true where nothing stands but white space, or nothing at all.

    Args:
        text: SQL of a text. A pattern, since `trim` by a set of characters takes ten times as long.
    """
    return f"coalesce(regexp_full_match({text}, {literal(BLANK)}), true)"


def trimmed_sql(text: str) -> str:
    """SQL of a text without white space at its ends."""
    return f"trim({text}, {literal(WHITE_SPACE)})"
