"""Text as runs read it: in normal form C, and without white space around it."""

import unicodedata

from leadscore.raw.white_space import WHITE_SPACE, trimmed_sql


def as_read(text: str) -> str:
    """A text as a run reads it; empty if it is nothing but white space."""
    return unicodedata.normalize("NFC", text).strip(WHITE_SPACE)


def as_read_sql(expression: str) -> str:
    """The SQL of a text as a run reads it; empty if it is nothing but white space."""
    return trimmed_sql(f"nfc_normalize({expression})")


def column_as_read_sql(column: str) -> str:
    """The same of a column, whose SQL is written several times.

    What is plain ASCII and begins and ends with a sign, as ids do, is told in a tenth of the time: as by the
    macro `as_text`.
    """
    plain = f"{column} >= '!' and substring({column}, -1) > ' ' and strlen({column}) = length({column})"
    return f"case when {plain} then {column} else {as_read_sql(column)} end"
