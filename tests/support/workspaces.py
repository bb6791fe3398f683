"""The project as its users run it, by `DbtProject`: on a folder of seeds and a database of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
from dbt.artifacts.schemas.run import RunExecutionResult, RunResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import CompiledNode
from dbt_common.events.base_types import EventMsg
from leadscore.build.environment import as_dbt_sees
from leadscore.build.project import DbtProject, let_go_of_databases
from leadscore.build.quick import quick_dbt
from leadscore.build.transcript import Transcript
from parsed_once import parsed_once
from seed_strategies import SEEDS

PROJECT = Path(__file__).parents[2]
TESTS = "resource_type:test"
# Variables on which it depends what nodes there are, and what tables are called: what is parsed with them.
PARSED_WITH = ("mautic_table_prefix", "sources")
Row = dict[str, Any]


class DbtFailedError(Exception):
    """A dbt command that should have worked did not."""


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

    def build(
        self,
        *,
        as_of: str,
        select: str | None = None,
        exclude: str = "",
        full_refresh: bool = False,
        tests: bool = False,
        database: Path | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> list[str]:
        """Build, with data tests only where they are asked for.

        Args:
            as_of: The instant to score for.
            select: The nodes, as dbt's `--select`; None: all.
            exclude: The nodes to leave out, as dbt's `--exclude`.
            full_refresh: Whether everything is built anew.
            tests: Whether data tests run too.
            database: Another file than the workspace's, of the same name.
            variables: dbt variables besides `as_of`.

        Returns:
            The names of the nodes that were built.

        Raises:
            DbtFailedError: A node failed.
        """
        project = DbtProject(PROJECT, database or self.database, self.seeds, target=self.target)
        built = NodesBuilt()
        given = variables or {}
        with parsed_once():
            outcome = project.build(
                built,
                variables={name: value for name, value in given.items() if name in PARSED_WITH},
                run_variables={**given, "as_of": as_of},
                select=select,
                exclude=" ".join([exclude, *([] if tests else [TESTS])]).strip() or None,
                full_refresh=full_refresh,
            )
        if not outcome.succeeded:
            failures = [f"{failure.node}: {failure.message}" for failure in outcome.failures]
            raise DbtFailedError("\n".join([outcome.stopped_by, *failures]))
        return built.nodes

    def results(
        self, *arguments: str, variables: Mapping[str, object] | None = None, quick: bool = True
    ) -> Sequence[RunResult]:
        """What became of each node of another dbt command, which has to succeed, on the project as parsed.

        Args:
            arguments: The command.
            variables: dbt variables.
            quick: Whether dbt is quick, as for `leadscore`.
        """
        manifest, given = self.parsed(variables or {}), json.dumps(variables or {})
        with quick_dbt() if quick else nullcontext():
            return results_of(self._dbt([*arguments, "--vars", given], manifest=manifest))

    def parsed(self, variables: Mapping[str, object] | None = None) -> Manifest:
        """The project as builds of this process share it."""
        project = DbtProject(PROJECT, self.database, self.seeds, target=self.target)
        given = {name: value for name, value in (variables or {}).items() if name in PARSED_WITH}
        with parsed_once(), as_dbt_sees(PROJECT, self.database, self.seeds), quick_dbt():
            parsed = project._parsed(given, Transcript())
        assert isinstance(parsed, Manifest)
        return parsed

    def manifest(self, *options: str, callbacks: Sequence[Callable[[EventMsg], None]] = ()) -> Manifest:
        """The project as dbt parses it; the callbacks hear what it says."""
        parsed = self._dbt(["parse", *options], callbacks).result
        assert isinstance(parsed, Manifest)
        return parsed

    def compiled(self, inline: str, **variables: object) -> str:
        """SQL with Jinja in it, as dbt renders it."""
        return compiled_code(self.results("compile", "--inline", inline, variables=variables))

    def _dbt(
        self,
        arguments: Sequence[str],
        callbacks: Sequence[Callable[[EventMsg], None]] = (),
        manifest: Manifest | None = None,
    ) -> dbtRunnerResult:
        """Run a command; it parses the project itself unless that is given."""
        folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        folders += ["--target-path", str(self.target)]
        with as_dbt_sees(PROJECT, self.database, self.seeds):
            try:
                done = dbtRunner(manifest, callbacks=list(callbacks)).invoke(
                    ["--quiet", *arguments, *folders]
                )
            finally:
                let_go_of_databases()
        if not done.success:
            raise DbtFailedError(why_failed(done))
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


def results_of(done: dbtRunnerResult) -> Sequence[RunResult]:
    """What became of each node of a command that gives that: not of `parse`, or of one that broke off."""
    assert isinstance(done.result, RunExecutionResult), done
    return done.result.results


def compiled_code(results: Sequence[RunResult]) -> str:
    """The SQL of the one node that was compiled."""
    [result] = results
    assert isinstance(result.node, CompiledNode) and result.node.compiled_code is not None
    return result.node.compiled_code


def why_failed(done: dbtRunnerResult) -> str:
    """Why a command failed, and which nodes did."""
    nodes = done.result.results if isinstance(done.result, RunExecutionResult) else []
    failed = [node for node in nodes if str(node.status) in ("error", "fail", "runtime error")]
    return "\n".join([str(done.exception or ""), *(f"{node.node.name}: {node.message}" for node in failed)])
