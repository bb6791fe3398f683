"""Text as runs read it: in normal form C, and without white space around it."""

import unicodedata

# What has Unicode's property White_Space; Python's own `strip` takes separators of files along.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def as_read(text: str) -> str:
    """A text as a run reads it; empty if it is nothing but white space."""
    return unicodedata.normalize("NFC", text).strip(WHITE_SPACE)


def as_read_sql(expression: str) -> str:
    """The SQL of a text as a run reads it; empty if it is nothing but white space."""
    characters = " || ".join(f"chr({ord(character)})" for character in WHITE_SPACE)
    return f"trim(nfc_normalize({expression}), {characters})"
