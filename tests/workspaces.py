"""The project as its users run it: dbt in this process, on a folder of seeds and a database of its own."""

from __future__ import annotations

import csv
import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from leadscore.build.environment import seeds_for_dbt
from seed_strategies import SEEDS

PROJECT = Path(__file__).parent.parent
Row = dict[str, Any]


class DbtFailedError(Exception):
    """A dbt command that should have worked did not."""


class Workspace:
    """A folder with a database, seeds and dbt's own files; the models and macros are the project's."""

    def __init__(self, folder: Path, seeds: Path = PROJECT / "seeds") -> None:
        self.folder = folder
        self.seeds = seeds
        self.database = folder / "scores.duckdb"
        self.target = folder / "target"

    def dbt(self, *arguments: str, callbacks: Sequence[Callable[[Any], None]] = ()) -> dbtRunnerResult:
        """Run a dbt command that has to succeed."""
        folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        environment = {
            "LEADSCORE_SEEDS": seeds_for_dbt(PROJECT, self.seeds),
            "LEADSCORE_DATABASE": str(self.database),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        with _environment(environment):
            try:
                done = dbtRunner(callbacks=list(callbacks)).invoke(["--quiet", *arguments, *folders])
            finally:
                DuckDBConnectionManager.close_all_connections()
                gc.collect()
        if not done.success:
            raise DbtFailedError(_told(done))
        return done

    def build(self, *arguments: str, as_of: str) -> dbtRunnerResult:
        """Build everything but the tests, scored for an instant."""
        kinds = [word for kind in ("unit_test", "test") for word in ("--exclude-resource-type", kind)]
        return self.dbt("build", *kinds, "--vars", f"{{as_of: '{as_of}'}}", *arguments)

    def rows(self, query: str) -> list[Row]:
        """The rows of a query on the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def load(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make a raw table of rows with the same columns, all of text but for loaded_at."""
        columns = list(rows[0])
        types = ", ".join(f"{name} {'timestamp' if name == 'loaded_at' else 'varchar'}" for name in columns)
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("create schema if not exists raw")
            connection.execute(f"create table raw.{table} ({types})")
            marks = ", ".join("?" * len(columns))
            connection.executemany(
                f"insert into raw.{table} values ({marks})", [list(row.values()) for row in rows]
            )


def write_seeds(folder: Path, seeds: Mapping[str, Sequence[Mapping[str, str]]]) -> Path:
    """A configuration: a file a seed, with the contract's columns, most of them without rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, columns in SEEDS.items():
        with (folder / f"{seed}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns.split(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(seeds.get(seed, []))
    return folder


def _told(done: dbtRunnerResult) -> str:
    nodes = getattr(done.result, "results", [])
    failed = [node for node in nodes if str(node.status) in ("error", "fail", "runtime error")]
    return "\n".join([str(done.exception or ""), *(f"{node.node.name}: {node.message}" for node in failed)])


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
