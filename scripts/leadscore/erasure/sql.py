"""SQL that all of an erasure's steps are written with."""

from collections.abc import Iterable, Sequence

from leadscore.raw.reading import column_as_read_sql
from leadscore.storage.database import Database, identifier, literal

# Where runs, loads and deliveries write. What the user's own files say, in schemas of seeds, would
# be back with the next run, and tables elsewhere (of vendors, of a team's own models) belong to others.
WRITTEN_SCHEMAS = ("raw", "deliveries", "intermediate", "main", "marts", "staging", "state", "store")
# What tells that runs read vendors' tables, and which of their rows.
SOURCE_ROWS = "source_rows_read"
# Raw tables -> where runs keep what these rows say, besides whom they name.
OF_VENDORS = {"contacts": ("intermediate", "int_contact_versions")}


def stored_tables(database: Database) -> list[tuple[str, str]]:
    """Every table of a database, views aside: schema, name."""
    rows = database.execute(
        """
        select table_schema, table_name
        from information_schema.tables
        where table_type = 'BASE TABLE' and table_catalog = current_database()
        order by all
        """
    )
    return [(str(schema), str(table)) for schema, table in rows]


def relation_sql(database: Database, schema: str, table: str) -> str:
    """The SQL of a table by its whole name: a team may have a schema that is called as the database is."""
    catalog = str(database.value("select current_database()"))
    return ".".join(map(identifier, (catalog, schema, table)))


def text_sql(database: Database, table: str, column: str) -> str:
    """The SQL of a raw column as text, as runs read it; null if the table hasn't got it."""
    if table not in database.tables("raw"):
        return "null"
    present = {name.lower(): name for name in database.columns(f"raw.{identifier(table)}")}
    if column not in present:
        return "null::varchar"
    return column_as_read_sql(f"cast({identifier(present[column])} as varchar)")


def known_rows_sql(database: Database, table: str, columns: Sequence[str]) -> str:
    """SQL of all rows of a raw table, as texts, and of the rows of vendors that the last run read beside it.

    What vendors' tables say now doesn't count: who was erased in a tool stands only in what runs made.
    """
    parts = []
    if table in database.tables("raw"):
        texts = ", ".join(f"{text_sql(database, table, column)} as {column}" for column in columns)
        parts.append(f"select {texts} from raw.{identifier(table)}")
    if SOURCE_ROWS in database.tables("state"):
        schema, relation = OF_VENDORS.get(table, ("state", SOURCE_ROWS))
        if relation in database.tables(schema):
            texts = ", ".join(f"cast({identifier(column)} as varchar) as {column}" for column in columns)
            where = f" where source_table = '{table}'" if relation == SOURCE_ROWS else ""
            parts.append(f"select {texts} from {schema}.{relation}{where}")
    nothing = ", ".join(f"null::varchar as {column}" for column in columns)
    return f"({' union all '.join(parts) or f'select {nothing} where false'})"


def among_sql(values: Iterable[str]) -> str:
    """A list of texts as SQL, never empty."""
    return f"({', '.join(map(literal, values)) or 'null'})"
