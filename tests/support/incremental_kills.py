"""A project whose runs are killed: `leadscore run` in a process of its own, and what readers see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from incremental_project import Increments
from workspaces import PROJECT, write_seeds

LEADSCORE = Path(sys.executable).with_name("leadscore")
# dbt tells of each node that it has finished; this one is the last that it tells of.
DIES_AFTER = """
import os, signal, sys
from dbt.cli.main import dbtRunner
from leadscore.cli import main

node, sys.argv = sys.argv[1], ["leadscore", *sys.argv[2:]]
begin = dbtRunner.__init__

def die(event):
    if event.info.name == "NodeFinished" and event.data.node_info.node_name == node:
        os.killpg(0, signal.SIGKILL)

def begin_listened(self, manifest=None, callbacks=None):
    begin(self, manifest, [*(callbacks or []), die])

dbtRunner.__init__ = begin_listened
main()
"""
EVENT_TYPES = "['email_open', 'email_click', 'page_view', 'page_view', 'complaint']"
WHOLE = """
    select contact_id
    from marts.contact_scores as scores
    where scores.unlimited_score is distinct from (
        select coalesce(sum(points), 0)
        from marts.fct_score_ledger as ledger
        where ledger.model_id = scores.model_id and ledger.contact_id = scores.contact_id
        and valid_from <= scores.as_of and (valid_to is null or scores.as_of < valid_to)
    )
"""


class KilledProject:
    """A small project with some thousand events, and its published folder."""

    def __init__(self, folder: Path) -> None:
        self.increments = Increments(folder)
        self.published = folder / "published"
        self.database = self.increments.database
        self.batches = 0
        self.environment = {
            **os.environ,
            "LEADSCORE_DATABASE": str(self.database),
            "LEADSCORE_PUBLISHED": str(self.published),
            "LEADSCORE_SEEDS": str(self.increments.seeds),
            "DBT_TARGET_PATH": str(folder / "target of the command"),
            "DBT_LOG_PATH": str(folder / "logs of the command"),
        }

    def configure(self, seeds: Mapping[str, Any]) -> None:
        """Make this the configuration."""
        write_seeds(self.increments.seeds, seeds)

    def arrive(self, events: int = 30) -> None:
        """A batch: events, some of them old; new versions of a few contacts, one of them merged; edits."""
        self.batches += 1
        batch = self.batches
        loaded_at = f"timestamp '2026-05-01' + interval ({batch}) hour"
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("create schema if not exists raw")
            for table, rows in {
                "contacts": f"""
                    select 'c' || (i * {batch} % 80) as contact_id, timestamp '2026-01-01' as created_at,
                        timestamp '2026-01-01' + interval ({batch} * 10 + i) hour as updated_at,
                        ['CEO', null][1 + i % 2] as job_title, ['Utrecht', 'Delft'][1 + i % 2] as city,
                        case when i = 5 then 'c' || {batch} end as merged_into
                    from range({80 if batch == 1 else 6}) as numbers (i)""",
                "events": f"""
                    select '{batch}-' || i as event_id, {EVENT_TYPES}[1 + i % 5] as event_type,
                        timestamp '2026-01-01' + interval (i * 7919 % 210000) minute as occurred_at,
                        case when i % 7 > 0 then 'c' || (i * 31 % {80 if batch == 1 else 8}) end
                            as contact_id,
                        case when i % 7 < 2 then 'v' || (i % 13) end as anonymous_id
                    from range({events}) as numbers (i)""",
                "score_adjustments": f"""
                    select 'a' || (i % 20) as adjustment_id, 'lead' as model_id, 'c' || i as contact_id,
                        'add' as operation, {batch} as points, timestamp '2026-05-01' as adjusted_at,
                        case when i % 3 = {batch} % 3 then timestamp '2026-05-02' end as deleted_at
                    from range({batch % 20}, {batch % 20 + 4}) as numbers (i)""",
            }.items():
                query = f"select *, {loaded_at} as loaded_at from ({rows})"
                connection.execute(f"create table if not exists raw.{table} as {query} limit 0")
                connection.execute(f"insert into raw.{table} {query}")

    def take_back(self) -> None:
        """Remove the rows of the last batch."""
        with duckdb.connect(str(self.database)) as connection:
            for table in ("contacts", "events", "score_adjustments"):
                last = f"(select max(loaded_at) from raw.{table})"
                connection.execute(f"delete from raw.{table} where loaded_at = {last}")

    def run(self, as_of: datetime, **options: object) -> subprocess.CompletedProcess[str]:
        """A run that is left alone."""
        arguments = [LEADSCORE, "run", "--as-of", as_of.isoformat()]
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            arguments, env=self.environment, capture_output=True, text=True, check=False, **options
        )

    def kill_after(self, seconds: float, as_of: datetime) -> bool:
        """Start a run and kill it; whether it was still running."""
        with subprocess.Popen(
            [LEADSCORE, "run", "--as-of", as_of.isoformat()],
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(seconds)
            running = process.poll() is None
            if running:
                os.killpg(process.pid, signal.SIGKILL)
        return running

    def kill_after_node(self, node: str, as_of: datetime) -> None:
        """Start a run that dies when dbt has finished a node."""
        died = subprocess.run(
            [sys.executable, "-c", DIES_AFTER, node, "run", "--as-of", as_of.isoformat()],
            env=self.environment,
            cwd=PROJECT,
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL, f"{node} was never finished: {died.stderr}"

    def differences(self, as_of: datetime) -> list[str]:
        """How the database differs from a full refresh."""
        self.increments.refresh(as_of)
        return self.increments.differences()

    def published_files(self) -> dict[str, str]:
        """What lies in the published folder, by checksum."""
        return {
            str(file.relative_to(self.published)): sha256(file.read_bytes()).hexdigest()
            for file in sorted(self.published.rglob("*"))
            if file.is_file() and not file.name.startswith(".")
        }

    def largest_file_of_dbt(self) -> int:
        """The size of the largest file that dbt itself writes."""
        target = Path(self.environment["DBT_TARGET_PATH"])
        return max(file.stat().st_size for file in target.rglob("*") if file.is_file())

    def published_as_of(self) -> datetime:
        """The instant that readers see scores of, all of them whole and of one run."""
        with duckdb.connect(str(self.published / "leadscore.duckdb"), read_only=True) as reader:
            [[as_of, scores]] = reader.execute(
                "select any_value(as_of), count(*) from marts.contact_scores having count(distinct as_of) = 1"
            ).fetchall()
            summary = "select value from marts.run_summary where metric = 'scores'"
            assert reader.execute(summary).fetchall() == [(scores,)]
            assert reader.execute(WHOLE).fetchall() == []
            leftovers = "select table_name from duckdb_tables() where table_name like '%dbt%'"
            assert reader.execute(leftovers).fetchall() == []
        for file in self.published.glob("*.parquet"):
            duckdb.read_parquet(str(file)).fetchall()
        assert isinstance(as_of, datetime)
        return as_of


def hours(number: float) -> timedelta:
    """So many of them."""
    return timedelta(hours=number)
