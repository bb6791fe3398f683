"""One database in which run follows run, and beside it what a full refresh makes of the same raw rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from incremental_stages import Arrivals, Stage, Story
from leadscore.build.environment import seeds_for_dbt
from reference import World
from reference.inputs import COLUMNS
from reference.world import Row
from worlds import NATIVE_TYPES, PROJECT, Harness, RunFailedError, _cell, _environment, write_seeds, yaml
from worlds import differences as differences_from_reference

# They record publications, so they alone depend on when runs took place.
PUBLICATIONS = ("segment_changes", "notifications")
RUN_COLUMNS = ("member_since",)
SHOWN = 4


@dataclass(frozen=True)
class Plan:
    """What a run took upon itself."""

    is_full: bool
    reason: str | None


class Increments(Harness):
    """A database that stays, and a second one that is built anew at will."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.refreshed = folder / "refreshed" / self.database.name  # dbt names a database after its file
        self.refreshed.parent.mkdir(exist_ok=True)
        self.manifest: Any = None

    def start(self) -> None:
        """Begin with an empty database."""
        for leftover in self.database.parent.glob(f"{self.database.name}*"):
            leftover.unlink()

    def arrive(self, arrivals: Arrivals, native: frozenset[str] = frozenset()) -> None:
        """Add raw rows; tables and columns come with the first row that has them."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("create schema if not exists raw")
            for table in dict.fromkeys(table for table, _ in arrivals):
                rows = [row for other, row in arrivals if other == table]
                add_rows(connection, table, rows, table in native)

    def forget(self, contact_ids: frozenset[str]) -> None:
        """Remove the raw rows of some contacts."""
        with duckdb.connect(str(self.database)) as connection:
            for table in _tables(connection, "raw"):
                for contact_id in contact_ids:
                    connection.execute(f"delete from raw.{table} where contact_id = ?", [contact_id])

    def score(
        self, as_of: datetime, seeds: Mapping[str, Any], variables: dict[str, Any] | None = None, *more: str
    ) -> Plan | None:
        """Run once more in the database; returns None where the project doesn't plan its runs."""
        self.write_seeds(seeds)
        self._dbt(self.database, as_of, variables or {}, *more)
        return self.plan()

    def refresh(self, as_of: datetime, variables: dict[str, Any] | None = None) -> None:
        """Build the second database anew, of the raw rows that the first one has."""
        self.refreshed.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.database}' as increments (read_only)")
            connection.execute(f"attach '{self.refreshed}' as refreshed")
            connection.execute("create schema refreshed.raw")
            for table in _tables(connection, "raw"):
                connection.execute(f"create table refreshed.raw.{table} as from increments.raw.{table}")
        self._dbt(self.refreshed, as_of, variables or {}, "--full-refresh")

    def write_seeds(self, seeds: Mapping[str, Any]) -> None:
        """Make this the configuration."""
        write_seeds(World(seeds=dict(seeds)), self.seeds)
        self.environment["LEADSCORE_SEEDS"] = seeds_for_dbt(PROJECT, self.seeds)
        self.manifest = None

    def differences(self) -> list[str]:
        """Rows of marts that only one of the two databases has."""
        return self.differences_to(self.refreshed)

    def differences_to(self, other: Path) -> list[str]:
        """Rows of marts that only this database or only another one has."""
        found: list[str] = []
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.database}' as increments (read_only)")
            connection.execute(f"attach '{other}' as refreshed (read_only)")
            for mart in _tables(connection, "marts"):
                if mart not in PUBLICATIONS:
                    found += _differences_of(connection, mart)
        return found

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return list(connection.execute(query).fetchall())

    def plan(self) -> Plan | None:
        """What the last run took upon itself."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            if "run_plan" not in _tables(connection, "state"):
                return None
            [(is_full, reason)] = connection.execute("select is_full, reason from state.run_plan").fetchall()
        return Plan(is_full, reason)

    def _dbt(self, database: Path, as_of: datetime, variables: dict[str, Any], *more: str) -> None:
        """Parse as `leadscore run` does, once for both databases: without as_of, so that dbt can keep it."""
        arguments = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
        arguments += ["--no-write-json", "--log-level", "none", "--vars"]
        given = {**variables, "as_of": as_of.isoformat(timespec="microseconds")}
        kinds = [word for kind in ("unit_test", "test") for word in ("--exclude-resource-type", kind)]
        with _environment({**self.environment, "LEADSCORE_DATABASE": str(database)}):
            try:
                if self.manifest is None:
                    self.manifest = self.runner.invoke(
                        ["parse", *arguments, yaml.safe_dump(variables)]
                    ).result
                runner = type(self.runner)(self.manifest)
                done = runner.invoke(["build", *kinds, *more, *arguments, yaml.safe_dump(given)])
            finally:
                DuckDBConnectionManager.close_all_connections()
        if not done.success:
            results = getattr(done.result, "results", [])
            wrong = [f"{node.node.name}: {node.message}" for node in results if node.status == "error"]
            raise RunFailedError("\n".join([str(done.exception or ""), *wrong]))


def told(
    story: Story,
    project: Increments,
    refreshes: Callable[[int], bool] = lambda number: True,
    say: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Play a story until a run differs, and tell how: from the reference, and from a full refresh."""
    project.start()
    for number, (stage, world) in enumerate(zip(story.stages, story.worlds(), strict=True)):
        try:
            plan = play(stage, project, story.native)
            found = differences_from_reference(world, project.read_marts())
            if refreshes(number):
                project.refresh(stage.as_of, stage.variables)
                found += project.differences()
        except RunFailedError as error:
            plan, found = None, [f"run failed: {error}"]
        say(f"run {number} at {stage.as_of}: {plan}")
        if number > 0 and stage.ordinary and plan is not None and plan.is_full:
            found.append(f"full: without a reason that is known, {plan.reason}")
        if found:
            return [f"run {number} ({plan}):", *found]
    return []


def play(stage: Stage, project: Increments, native: frozenset[str]) -> Plan | None:
    """What happens before a run, and the run."""
    if stage.forgotten:
        project.forget(stage.forgotten)
    if stage.arrivals:
        project.arrive(stage.arrivals, native)
    return project.score(stage.as_of, stage.seeds, stage.variables)


def add_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row], native: bool = False
) -> None:
    """Add rows to a raw table, which is made or widened where it has to be."""
    present = {column for row in rows for column in row}
    columns = [column for column, kind in COLUMNS[table].items() if column in present or kind.endswith("*")]
    types = {
        column: NATIVE_TYPES[COLUMNS[table][column].rstrip("*")]
        if native or column == "loaded_at"
        else "varchar"
        for column in columns
    }
    definitions = [f"{column} {kind}" for column, kind in types.items()]
    connection.execute(f"create table if not exists raw.{table} ({', '.join(definitions)})")
    for definition in definitions:
        connection.execute(f"alter table raw.{table} add column if not exists {definition}")
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"insert into raw.{table} ({', '.join(columns)}) values ({marks})",
        [[_cell(row.get(column), types[column]) for column in columns] for row in rows],
    )


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    rows = connection.execute(
        "select distinct table_name from information_schema.tables where table_schema = ? order by all",
        [schema],
    ).fetchall()
    return [str(name) for (name,) in rows]


def _differences_of(connection: duckdb.DuckDBPyConnection, mart: str) -> list[str]:
    headers = [
        connection.execute(f"from {database}.marts.{mart} limit 0").description or []
        for database in ("increments", "refreshed")
    ]
    ours, theirs = ([column[:2] for column in header] for header in headers)
    if ours != theirs:
        return [f"{mart}: other columns: {ours} instead of {theirs}"]
    columns = ", ".join(f'"{name}"' for name, _ in ours if name not in RUN_COLUMNS)
    found = []
    for here, there, only in (
        ("increments", "refreshed", "only in increments"),
        ("refreshed", "increments", "only in full refresh"),
    ):
        cursor = connection.execute(
            f"select {columns} from {here}.marts.{mart} except all select {columns} from {there}.marts.{mart}"
        )
        names = [column[0] for column in cursor.description or []]
        rows = cursor.fetchall()
        shown = [dict(zip(names, row, strict=True)) for row in rows[:SHOWN]]
        found += [
            f"{mart}: {only}  " + " ".join(f"{k}={v}" for k, v in row.items() if v is not None)
            for row in shown
        ]
        found += [f"{mart}: {only}: {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return found
