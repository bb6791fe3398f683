"""SQL that all of an erasure's steps are written with."""

from collections.abc import Iterable

from leadscore.raw.reading import as_read_sql
from leadscore.storage.database import Database, identifier, literal


def text_sql(database: Database, table: str, column: str) -> str:
    """The SQL of a raw column as text, as runs read it; null if the table hasn't got it."""
    if table not in database.tables("raw"):
        return "null"
    present = {name.lower(): name for name in database.columns(f"raw.{identifier(table)}")}
    if column not in present:
        return "null::varchar"
    return as_read_sql(f"cast({identifier(present[column])} as varchar)")


def among_sql(values: Iterable[str]) -> str:
    """A list of texts as SQL, never empty."""
    return f"({', '.join(map(literal, values)) or 'null'})"
