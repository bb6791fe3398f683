"""One database in which run follows run, and beside it what a full refresh makes of the same raw rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from incremental_stages import Arrivals, Stage, Story
from workspaces import DbtFailedError, write_seeds
from worlds import WorldWorkspace, add_rows, status_differences
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


class Increments(WorldWorkspace):
    """A database that stays, and a second one that is built anew at will."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.refreshed = folder / "refreshed" / self.database.name  # dbt names a database after its file
        self.refreshed.parent.mkdir(exist_ok=True)

    def start(self) -> None:
        """Begin with an empty database."""
        for leftover in self.folder.glob(f"{self.database.name}*"):
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
            for table in tables_of(connection, "raw"):
                for contact_id in contact_ids:
                    connection.execute(f"delete from raw.{table} where contact_id = ?", [contact_id])

    def score(
        self,
        as_of: datetime,
        seeds: Mapping[str, Any],
        variables: Mapping[str, object] | None = None,
        select: str | None = None,
    ) -> Plan | None:
        """Run once more in the database; returns None where the project doesn't plan its runs."""
        write_seeds(self.seeds, seeds)
        self.build(as_of=_written(as_of), select=select, variables=variables)
        return self.plan()

    def refresh(
        self,
        as_of: datetime,
        variables: Mapping[str, object] | None = None,
        schemas: Collection[str] = ("raw",),
    ) -> None:
        """Build the second database anew, of the raw rows that the first one has, in some schemas."""
        self.refreshed.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.database}' as increments (read_only)")
            connection.execute(f"attach '{self.refreshed}' as refreshed")
            for schema in schemas:
                connection.execute(f"create schema refreshed.{schema}")
                for table in tables_of(connection, schema):
                    name = f'{schema}."{table}"'
                    connection.execute(f"create table refreshed.{name} as from increments.{name}")
        self.build(as_of=_written(as_of), full_refresh=True, database=self.refreshed, variables=variables)

    def differences(self) -> list[str]:
        """Rows of marts that only one of the two databases has."""
        return self.differences_to(self.refreshed)

    def differences_to(self, other: Path) -> list[str]:
        """Rows of marts that only this database or only another one has."""
        found: list[str] = []
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.database}' as increments (read_only)")
            connection.execute(f"attach '{other}' as refreshed (read_only)")
            for mart in tables_of(connection, "marts"):
                if mart not in PUBLICATIONS:
                    found += differences_of(connection, mart)
        return found

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return list(connection.execute(query).fetchall())

    def plan(self) -> Plan | None:
        """What the last run took upon itself."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            if "run_plan" not in tables_of(connection, "state"):
                return None
            [(is_full, reason)] = connection.execute("select is_full, reason from state.run_plan").fetchall()
        return Plan(is_full, reason)


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
            found = differences_from_reference(world, project.marts())
            found += status_differences(world, project.rows("from marts.segment_contacts"))
            if refreshes(number):
                project.refresh(stage.as_of, stage.variables)
                found += project.differences()
        except DbtFailedError as error:
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
    variables = {**stage.variables, "allow_shrink": True} if stage.forgotten else stage.variables
    return project.score(stage.as_of, stage.seeds, variables)


def _written(as_of: datetime) -> str:
    return as_of.isoformat(timespec="microseconds")


def tables_of(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    rows = connection.execute(
        "select distinct table_name from information_schema.tables where table_schema = ? order by all",
        [schema],
    ).fetchall()
    return [str(name) for (name,) in rows]


def differences_of(connection: duckdb.DuckDBPyConnection, mart: str) -> list[str]:
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
