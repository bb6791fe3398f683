"""The project as its users run it, by `DbtProject`: on a folder of seeds and a database of its own."""

from __future__ import annotations

import csv
import gc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from leadscore.build.environment import as_dbt_sees
from leadscore.build.parsed import ParsedProject, Stamp
from leadscore.build.project import DbtProject
from seed_strategies import SEEDS

PROJECT = Path(__file__).parents[2]
TESTS = "resource_type:test"
Row = dict[str, Any]


class DbtFailedError(Exception):
    """A dbt command that should have worked did not."""


class ParsedOnce(ParsedProject):
    """One manifest for all configurations and databases: it holds no cell of a seed and no row."""

    def manifest(self, stamp: Stamp, parse: Callable[[], Any]) -> Any:
        """The project as it was parsed first."""
        return super().manifest((), parse)


class NodesBuilt:
    """Keeps what is built, by name."""

    def __init__(self) -> None:
        self.nodes: list[str] = []

    def started(self, node: str, total: int) -> None:
        """A node begins."""
        self.nodes.append(node)

    def finished(self, node: str) -> None:
        """A node ends."""


class Workspace:
    """A folder with a database, seeds and dbt's own files; the models and macros are the project's."""

    def __init__(self, folder: Path, seeds: Path = PROJECT / "seeds") -> None:
        self.folder = folder
        self.seeds = seeds
        self.database = folder / "scores.duckdb"
        self.target = folder / "target"
        self.parsed = ParsedOnce()

    def build(
        self,
        *,
        as_of: str,
        select: str | None = None,
        exclude: str = "",
        full_refresh: bool = False,
        tests: bool = False,
        database: Path | None = None,
        **variables: object,
    ) -> list[str]:
        """Build, with data tests only where they are asked for.

        Args:
            as_of: The instant to score for.
            select: The nodes, as dbt's `--select`; None: all.
            exclude: The nodes to leave out, as dbt's `--exclude`.
            full_refresh: Whether everything is built anew.
            tests: Whether data tests run too.
            database: Another file than the workspace's, of the same name.
            variables: dbt variables.

        Returns:
            The names of the nodes that were built.

        Raises:
            DbtFailedError: A node failed.
        """
        project = DbtProject(
            PROJECT, database or self.database, self.seeds, target=self.target, parsed=self.parsed
        )
        built = NodesBuilt()
        outcome = project.build(
            built,
            run_variables={**variables, "as_of": as_of},
            select=select,
            exclude=" ".join([exclude, *([] if tests else [TESTS])]).strip() or None,
            full_refresh=full_refresh,
        )
        if not outcome.succeeded:
            failures = [f"{failure.node}: {failure.message}" for failure in outcome.failures]
            raise DbtFailedError("\n".join([outcome.stopped_by, *failures]))
        return built.nodes

    def dbt(self, *arguments: str, callbacks: Sequence[Callable[[Any], None]] = ()) -> dbtRunnerResult:
        """Run another dbt command that has to succeed; it parses the project itself."""
        folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        folders += ["--target-path", str(self.target)]
        with as_dbt_sees(PROJECT, self.database, self.seeds):
            try:
                done = dbtRunner(callbacks=list(callbacks)).invoke(["--quiet", *arguments, *folders])
            finally:
                DuckDBConnectionManager.close_all_connections()
                gc.collect()
        if not done.success:
            raise DbtFailedError(_told(done))
        return done

    def rows(self, query: str) -> list[Row]:
        """The rows of a query on the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return rows_of(connection, query)

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


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """The rows of a query by column."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


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
