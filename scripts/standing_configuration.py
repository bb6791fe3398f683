"""Whether the configuration in the database is still that of the files, and a run may leave it as it is."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from scripts.database import Database, identifier
from scripts.dbt_session import parsed_files

TAG = "tag:configuration"
SCHEMAS = ("seeds", "configuration")
TABLE = "state.standing_configuration"


def configuration_stands(
    database: Database, root: Path, seeds: Path, variables: Mapping[str, object]
) -> bool:
    """Whether neither the files nor the tables made of them have changed since `remember_configuration`.

    Args:
        database: The database that the project builds in.
        root: The project's folder.
        seeds: The folder with the seeds.
        variables: dbt variables of the run.
    """
    schema, table = TABLE.split(".")
    if table not in database.tables(schema):
        return False
    stored = database.execute(f"select stamp from {TABLE}")
    return stored == [(_stamp(database, root, seeds, variables),)]


def remember_configuration(
    database: Database, root: Path, seeds: Path, variables: Mapping[str, object]
) -> None:
    """Keep in the database what the configuration of a run that succeeded looks like.

    The arguments are those of `configuration_stands`.
    """
    stamp = _stamp(database, root, seeds, variables)
    database.execute("create schema if not exists state")
    database.execute(f"create or replace table {TABLE} as select ?::varchar as stamp", [stamp])


def _stamp(database: Database, root: Path, seeds: Path, variables: Mapping[str, object]) -> str:
    digest = sha256(json.dumps(dict(variables), sort_keys=True, default=str).encode())
    for file in sorted([*parsed_files(root), *seeds.glob("*.csv")]):
        digest.update(f"\n{file.name} ".encode())
        digest.update(sha256(file.read_bytes()).digest())
    for schema in SCHEMAS:
        for table, kind in database.tables(schema).items():
            if kind == "BASE TABLE":
                name = f"{schema}.{identifier(table)}"
                rows = database.execute(f"select count(*), sum(hash(cells)) from {name} as cells")
                digest.update(f"\n{name} {rows}".encode())
    return digest.hexdigest()
