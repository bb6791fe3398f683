"""When what is learned of conversions is made: by full runs, foreseen or not, and not by increments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from leadscore.runs.learning import learn
from leadscore.runs.run import RunReport, RunRequest, run_once
from leadscore.settings import Settings
from reference.learning import MARTS
from tiny_project import AS_OF, SEEDS, tiny_project
from workspaces import rows_of, write_seeds

CONVERSIONS = [
    {"conversion_id": "complained", "activity": "complaint", "horizon": "10 days", "observe_every": "10 days"}
]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Settings]:
    with tiny_project(tmp_path) as settings:
        write_seeds(settings.seeds, {**SEEDS, "conversions": CONVERSIONS})
        yield settings


def run(settings: Settings, days: int) -> RunReport:
    return run_once(settings, RunRequest(as_of=AS_OF + timedelta(days=days)), print)


def learned(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    with duckdb.connect(str(settings.published_database), read_only=True) as published:
        return {mart: rows_of(published, f"from marts.{mart} order by all") for mart in MARTS}


def test_increments_leave_what_was_learned(project: Settings) -> None:
    first = run(project, 0)
    before = learned(project)
    assert first.kind == "full" and all(before.values())
    assert {row["as_of"] for rows in before.values() for row in rows} == {AS_OF.replace(tzinfo=None)}
    with duckdb.connect(str(project.database)) as database:
        database.execute(
            "insert into raw.events select 'late', 'complaint', '2026-05-20', 'bob', timestamp '2026-06-02'"
        )
    second = run(project, 1)
    assert second.kind == "incremental" and learned(project) == before


def test_a_full_run_that_nothing_foretold_learns_too(project: Settings) -> None:
    run(project, 0)
    run(project, 1)
    with duckdb.connect(str(project.database)) as database:
        database.execute("delete from raw.events where event_id = 'complaint-35'")
    third = run(project, 2)
    assert third.kind == "full" and "rows are gone" in third.reason
    rows = learned(project)
    assert {row["as_of"] for mart in rows.values() for row in mart} == {
        (AS_OF + timedelta(days=2)).replace(tzinfo=None)
    }
    assert [row["activity_id"] for row in rows["fct_conversions"]] == ["complaint-120"]


def test_what_was_learned_is_brought_up_to_date_when_it_is_looked_at(project: Settings) -> None:
    run(project, 0)
    with duckdb.connect(str(project.database)) as database:
        database.execute(
            "insert into raw.events select 'late', 'complaint', '2026-05-20', 'bob', timestamp '2026-06-02'"
        )
    run(project, 1)
    assert learn(project, {}, print)
    rows = learned(project)
    assert {row["as_of"] for mart in rows.values() for row in mart} == {
        (AS_OF + timedelta(days=1)).replace(tzinfo=None)
    }
    assert "late" in {row["activity_id"] for row in rows["fct_conversions"]}
    assert not learn(project, {}, print)
    third = run(project, 2)
    assert third.kind == "incremental" and learned(project) == rows
