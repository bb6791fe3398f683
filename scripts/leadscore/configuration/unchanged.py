"""What a run may leave as it is: the configuration and views, while the files that they are made of stay."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from leadscore.build.parsed import file_states, parsed_files
from leadscore.configuration.variables import reads_raw_schema
from leadscore.storage.database import Database, identifier

# Made by full runs only.
LEARNING = "tag:learning"
ALWAYS = f"tag:configuration tag:constant {LEARNING}"
WITH_LOCAL_RAW_TABLES = f"{ALWAYS} tag:raw_columns"
STAMPED_SCHEMAS = ("seeds", "configuration")
STAMP_TABLE = "state.standing_configuration"
# DuckDB keeps these columns of a view as a set: each time that a database is opened their order is another.
LEFT_OUT_COLUMNS = re.compile(r"""EXCLUDE \(((?:"(?:[^"]|"")*"|[^")])*)\)""")


def unchanged_nodes(
    database: Database, root: Path, seeds: Path, variables: Mapping[str, object]
) -> str | None:
    """What a run leaves out, as dbt's `--exclude`; None: nothing.

    The arguments are those of `configuration_unchanged`.
    """
    if not configuration_unchanged(database, root, seeds, variables):
        return None
    return WITH_LOCAL_RAW_TABLES if reads_raw_schema(root, variables) else ALWAYS


def configuration_unchanged(
    database: Database, root: Path, seeds: Path, variables: Mapping[str, object]
) -> bool:
    """Whether neither the files nor the tables made of them have changed since `remember_configuration`.

    Args:
        database: The database that the project builds in.
        root: The project's folder.
        seeds: The folder with the seeds.
        variables: dbt variables of the run.
    """
    schema, table = STAMP_TABLE.split(".")
    if table not in database.tables(schema):
        return False
    stored = database.execute(f"select stamp from {STAMP_TABLE}")
    return stored == [(_stamp(database, files_stamp(root, seeds, variables)),)]


def remember_configuration(
    database: Database, root: Path, seeds: Path, variables: Mapping[str, object], read: str
) -> None:
    """Keep in the database what the configuration of a run that succeeded looks like.

    The arguments are those of `configuration_unchanged`, and `read`: the files as they were before the run
    read them. Nothing is kept if they are others now: nobody knows which of them it read.
    """
    if files_stamp(root, seeds, variables) != read:
        return
    stamp = _stamp(database, read)
    database.execute("create schema if not exists state")
    database.execute(f"create or replace table {STAMP_TABLE} as select ?::varchar as stamp", [stamp])


def forget_configuration(database: Database) -> None:
    """Let the next run build everything: what the database holds is another engine's, or not complete."""
    database.execute(f"drop table if exists {STAMP_TABLE}")


def files_stamp(root: Path, seeds: Path, variables: Mapping[str, object]) -> str:
    """What the files of the project and of the seeds say, and the variables, in one text.

    The arguments are those of `configuration_unchanged`.
    """
    said = json.dumps(dict(variables), sort_keys=True, default=str)
    files = (file_states(root, parsed_files(root)), file_states(seeds, seeds.rglob("*.csv")))
    return sha256(f"{said}\n{files}".encode()).hexdigest()


def _stamp(database: Database, files: str) -> str:
    digest = sha256(files.encode())
    for schema in STAMPED_SCHEMAS:
        for table, kind in database.tables(schema).items():
            if kind == "BASE TABLE":
                name = f"{schema}.{identifier(table)}"
                rows = database.execute(f"select count(*), sum(hash(cells)) from {name} as cells")
                digest.update(f"\n{name} {rows}".encode())
    # A build of another kind, one that failed too, may have made them for other raw tables.
    views = database.execute(
        """
        select schema_name, view_name, sql
        from duckdb_views()
        where database_name = current_database() and schema_name != 'raw' and not internal
        order by all
        """
    )
    for schema, view, sql in views:
        digest.update(f"\n{schema}.{view} {_settled(sql)}".encode())
    # A view has no places of rows, which staged views of tables tell.
    columns = database.execute(
        """
        select tables.table_name, tables.table_type, columns.column_name, columns.data_type
        from information_schema.columns
        inner join information_schema.tables using (table_catalog, table_schema, table_name)
        where table_schema = 'raw' and table_catalog = current_database()
        order by all
        """
    )
    digest.update(f"\n{columns}".encode())
    return digest.hexdigest()


def _settled(sql: str) -> str:
    """The SQL of a view with what has no order of its own in the order of the alphabet."""
    return LEFT_OUT_COLUMNS.sub(lambda found: f"EXCLUDE ({sorted(found[1].split(', '))})", sql)
