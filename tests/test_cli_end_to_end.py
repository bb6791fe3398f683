"""The installed command on a whole project: from raw rows to what readers open."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from demo_clone import Demo
from leadscore.settings import PROJECT_ROOT

pytestmark = pytest.mark.end_to_end

Command = Callable[..., "subprocess.CompletedProcess[str]"]
LEADSCORE = Path(sys.executable).with_name("leadscore")
SCORES = "select * exclude (as_of) from marts.contact_scores order by all"


def environment(database: Path, **variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADSCORE_")}
    return {**inherited, "LEADSCORE_DATABASE": str(database), "COLUMNS": "200", **variables}


def leadscore(database: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LEADSCORE, *arguments],
        env=environment(database, **variables),
        cwd=database.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def read(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return list(connection.execute(sql).fetchall())


def published(database: Path) -> Path:
    return database.parent / "published" / "leadscore.duckdb"


@pytest.fixture
def scored(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the demo's database with its publication."""
    database = tmp_path / "demo.duckdb"
    shutil.copy(demo.database, database)
    shutil.copytree(demo.published, tmp_path / "published")
    return database


def test_the_demo_scores_everybody_from_nothing(demo: Demo) -> None:
    for told in (
        "Scores per model and band",
        "Top contacts",
        "Rejected, and why",
        "activities_waiting",
        "Try next",
    ):
        assert told in demo.told
    [[models, scores]] = read(
        published(demo.database), "select count(distinct model_id), count(*) from marts.contact_scores"
    )
    assert models == 6
    assert isinstance(scores, int)
    assert scores > 10_000
    assert read(published(demo.database), SCORES) == read(demo.database, SCORES)


@pytest.mark.thorough
def test_the_demo_again_changes_nothing(scored: Path) -> None:
    before = read(scored, SCORES)
    result = leadscore(scored, "demo")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("loaded before") == 8
    assert read(published(scored), SCORES) == before


def test_the_demo_leaves_a_database_with_other_rows_alone(scored: Path) -> None:
    file = scored.parent / "own.csv"
    file.write_text("contact_id,created_at\nmine,2026-01-01\n")
    assert leadscore(scored, "load", "contacts", "own.csv").returncode == 0
    result = leadscore(scored, "demo")
    assert result.returncode == 1
    assert "Set LEADSCORE_DATABASE to another file" in result.stderr


def test_a_run_as_of_an_instant_scores_what_had_happened_by_then(scored: Path) -> None:
    result = leadscore(scored, "run", "--full-refresh", "--as-of", "2025-11-01T01:00:00+01:00", "--json")
    assert result.returncode == 0, result.stderr
    summary = json.loads(result.stdout)
    assert summary["as_of"] == "2025-11-01T00:00:00+00:00"
    assert 0 < summary["contacts_scored"] < 1_900
    assert read(published(scored), "select distinct cast(as_of as varchar) from marts.contact_scores") == [
        ("2025-11-01 00:00:00",)
    ]
    listed = json.loads(leadscore(scored, "scores", "--json", "--model", "interest").stdout)
    assert [row["as_of"] for row in listed[:1]] == ["2025-11-01T00:00:00"]
    assert [row["score_rank"] for row in listed] == sorted(row["score_rank"] for row in listed)


@pytest.fixture
def wrong_seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "wrong"
    shutil.copytree(PROJECT_ROOT / "seeds", folder)
    with (folder / "score_bands.csv").open("a") as file:
        file.write("nobody,b1,,,,,,,,\n")
    with (folder / "category_limits.csv").open("a") as file:
        file.write("shoe_shop,purchases,low,10\n")
    with (folder / "rule_conditions.csv").open("a") as file:
        file.write("no_such_rule,1,event.page_path,resembles,/x\n")
    return folder


def test_every_configuration_mistake_is_listed_and_nothing_is_published(
    scored: Path, wrong_seeds: Path
) -> None:
    before = published(scored).read_bytes()

    result = leadscore(scored, "run", LEADSCORE_SEEDS=str(wrong_seeds))
    checked = leadscore(scored, "validate", LEADSCORE_SEEDS=str(wrong_seeds))

    assert (result.returncode, checked.returncode) == (2, 2)
    # Another test may be checking a configuration at the same time.
    waiting = "Waiting at most"
    assert result.stderr.splitlines() == [
        line for line in checked.stderr.splitlines() if not line.startswith(waiting)
    ]
    for told in ("'nobody'", "'low'", "'no_such_rule'", "'resembles'"):
        assert told in result.stderr
    assert all(", row " in line for line in result.stderr.splitlines()[:-2])
    assert "Traceback" not in result.stderr
    assert published(scored).read_bytes() == before


def test_validate_accepts_the_shipped_configuration_and_touches_no_database(tmp_path: Path) -> None:
    result = leadscore(tmp_path / "none.duckdb", "validate")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("configuration is valid: 6 models, ")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_tells_the_node_and_leaves_the_last_publication(scored: Path) -> None:
    before = published(scored).read_bytes()
    with duckdb.connect(str(scored)) as connection:
        connection.execute("alter table raw.events rename to real_events")
        connection.execute(
            "create view raw.events as "
            "select * replace (error('the disk is on fire') as event_id) from raw.real_events"
        )

    result = leadscore(scored, "run")

    assert result.returncode == 1
    assert "the disk is on fire" in result.stderr
    assert "models/" in result.stderr
    assert "Traceback" not in result.stderr
    assert published(scored).read_bytes() == before


@pytest.mark.thorough
def test_runs_at_an_interval_end_with_0_at_a_signal(tmp_path: Path) -> None:
    database = tmp_path / "empty.duckdb"
    process = subprocess.Popen(
        [LEADSCORE, "run", "--every", "1s"],
        env=environment(database, PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    while line := process.stdout.readline():
        if "run finished" in line:
            break
    time.sleep(1.5)  # into the next run
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "run finished" in rest
    assert rest.rstrip().endswith("stopped")
