"""Text as runs read it: in normal form C, and without white space around it."""

import unicodedata

from leadscore.raw.white_space import WHITE_SPACE, trimmed_sql


def as_read(text: str) -> str:
    """A text as a run reads it; empty if it is nothing but white space."""
    return unicodedata.normalize("NFC", text).strip(WHITE_SPACE)


def as_read_sql(expression: str) -> str:
    """The SQL of a text as a run reads it; empty if it is nothing but white space."""
    return trimmed_sql(f"nfc_normalize({expression})")
