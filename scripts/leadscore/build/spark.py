"""What a run made on Spark, brought into the DuckDB file that publication and all readers know."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadscore.errors import RunFailedError
from leadscore.settings import Variable, said
from leadscore.storage.database import Database, identifier, literal

ALL = "all"
ALWAYS = ("run_summary",)
MARTS = "marts"
# What publication and reports read besides marts. The rest stays on Spark.
SINGLE_TABLES = {
    "state": ("run_contacts", "run_moved", "run_plan", "run_state"),
    "configuration": ("config_errors",),
    "store": ("int_contact_keys", "int_contacts"),
}
HELPER = "__"  # a table that is made on the way, as `notifications__new_rows`


def chosen_marts() -> frozenset[str] | None:
    """The marts to bring, as `LEADSCORE_SPARK_MARTS` names them, split at commas; None: all of them."""
    chosen = said(Variable.SPARK_MARTS) or ALL
    if chosen == ALL:
        return None
    return frozenset({*ALWAYS, *(name.strip() for name in chosen.split(",") if name.strip())})


def import_marts(database: Database, say: Callable[[str], None]) -> list[str]:
    """Copy tables of the Spark session that dbt ran in, through Parquet files, in one transaction.

    Views become tables: most of what they read isn't brought.

    Args:
        database: The DuckDB file; its tables and views of the same names are replaced.
        say: Hears which table is on its way.

    Returns:
        The tables, as schema.table.

    Raises:
        RunFailedError: dbt ran elsewhere than in a session of this process.
    """
    with tempfile.TemporaryDirectory(prefix="leadscore-") as folder, _session() as session:
        files = {}
        for schema, table in _tables(session):
            say(table)
            files[schema, table] = Path(folder, schema, table)
            session.table(f"`{schema}`.`{table}`").write.parquet(str(files[schema, table]))
        with database.transaction():
            for (schema, table), path in files.items():
                name = f"{identifier(schema)}.{identifier(table)}"
                source = f"read_parquet({literal(path / '*.parquet')})"
                columns = [column for column in database.columns(source) if not column.endswith("_bucket")]
                chosen = ", ".join(map(identifier, columns))
                database.execute(f"create schema if not exists {identifier(schema)}")
                if database.tables(schema).get(table) == "VIEW":  # of a run in DuckDB
                    database.execute(f"drop view {name}")
                database.execute(f"create or replace table {name} as select {chosen} from {source}")
    return [f"{schema}.{table}" for schema, table in files]


def _tables(session: Any) -> Iterator[tuple[str, str]]:
    chosen = chosen_marts()
    there = {str(row[0]) for row in session.sql("show databases").collect()}
    for schema in [MARTS, *SINGLE_TABLES]:
        # Views are listed among tables, and the session's own temporary views in every schema.
        rows = session.sql(f"show tables in `{schema}`").collect() if schema in there else []
        for name in sorted(str(row["tableName"]) for row in rows if not row["isTemporary"]):
            if HELPER in name or name not in SINGLE_TABLES.get(schema, (name,)):
                continue
            if schema != MARTS or chosen is None or name in chosen:
                yield schema, name


@contextmanager
def _session() -> Iterator[Any]:
    """The session that dbt began, in which the tables can be read."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is None:
        raise RunFailedError(
            "Spark is done, but its marts can't be brought here: dbt has no session in this process",
            "Read the marts in the catalog, or use `method: session` in profiles.yml.",
        )
    yield SparkSession.builder.getOrCreate()
