"""A run that dies at any moment loses nothing and counts nothing twice, and readers don't notice it.

`LEADSCORE_KILLS` sets how many runs are killed, `LEADSCORE_RANDOM` at which moments.
"""

from __future__ import annotations

import os
import resource
import time
from datetime import datetime, timedelta

import pytest
from dice import Dice
from incremental_kills import KilledProject, hours
from tiny_project import SEEDS as TINY_SEEDS

# More of it, and other ones each time, in `make test-thorough`.
pytestmark = pytest.mark.chance

KILLS = int(os.environ.get("LEADSCORE_KILLS", "2"))
SEED = os.environ.get("LEADSCORE_RANDOM") or "1"
# The nodes after which a run with a later as_of dies; one where time is short.
NODES = ["run_contacts", "int_ledger", "int_scores"] if KILLS > 6 else ["int_ledger"]
AS_OF = datetime(2026, 6, 1)
SEEDS = {**TINY_SEEDS, "model_conditions": []}
EDITED = {**SEEDS, "scoring_rules": [{**row, "points": "3"} for row in SEEDS["scoring_rules"]]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> KilledProject:
    project = KilledProject(tmp_path_factory.mktemp("killed"))
    project.configure(SEEDS)
    project.arrive(events=3000)
    done = project.run(AS_OF)
    assert done.returncode == 0, done.stderr
    return project


def test_a_run_killed_at_any_moment_loses_nothing_and_counts_nothing_twice(project: KilledProject) -> None:
    dice = Dice(SEED)
    seconds, told = 0.0, [f"seed {SEED}"]
    as_of = committed = project.published_as_of()
    moments = dice.sample([(n + dice.random()) / KILLS for n in range(KILLS)], KILLS)
    for number, moment in enumerate([*moments, None]):
        if number % 3 == 0 or moment is None:
            project.arrive()
            if moment is None:
                project.configure(SEEDS)
            as_of += hours(1)
            began = time.monotonic()
            done = project.run(as_of)
            seconds = time.monotonic() - began
            assert done.returncode == 0, f"{told}: {done.stderr}"
            assert project.differences(as_of) == [], told
            assert project.published_as_of() == (committed := as_of)
        if moment is None:
            break
        as_of += dice.choice([hours(0), hours(1), timedelta(days=3)])
        if dice.likely(6):
            project.arrive()
        if dice.likely(3):
            project.configure(dice.choice([SEEDS, EDITED]))
        running = project.kill_after(moment * seconds, as_of)
        told.append(f"killed after {moment * seconds:.1f} s at {as_of}: {running}")
        assert project.published_as_of() in {committed, as_of}, told
        committed = project.published_as_of()


@pytest.mark.thorough
def test_a_half_built_full_run_is_not_trusted_when_its_edit_is_taken_back(project: KilledProject) -> None:
    as_of = scored(project)
    project.configure(EDITED)
    project.kill_after_node("fct_score_ledger", as_of + hours(1))
    project.increments.score(as_of + hours(2), SEEDS)
    assert project.differences(as_of + hours(2)) == []


@pytest.mark.parametrize("node", NODES)
def test_a_run_killed_with_a_later_as_of_leaves_nothing_of_that_time(
    project: KilledProject, node: str
) -> None:
    as_of = scored(project)
    project.arrive()
    project.kill_after_node(node, as_of + timedelta(days=40))
    project.increments.score(as_of + hours(1), SEEDS)
    assert project.differences(as_of + hours(1)) == []


@pytest.mark.thorough
def test_rows_that_a_killed_run_read_and_that_are_gone_since_leave_nothing(project: KilledProject) -> None:
    """A load turns out wrong, the run on it didn't finish, and its rows are taken out again."""
    as_of = scored(project) + hours(1)
    project.arrive()
    project.kill_after_node("int_ledger", as_of)
    project.take_back()
    project.increments.score(as_of, SEEDS)
    assert project.differences(as_of) == []


@pytest.mark.thorough
def test_a_full_disk_leaves_the_last_publication_and_the_next_run_goes_on(project: KilledProject) -> None:
    before, as_of = project.published_files(), scored(project) + hours(1)
    project.arrive()
    limit = project.largest_file_of_dbt() * 6 // 5
    assert limit < project.database.stat().st_size // 2, "the database is the first that can't be written"
    refused = project.run(as_of, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert refused.returncode == 1, refused.stderr
    assert "Traceback" not in refused.stderr
    assert project.published_files() == before
    done = project.run(as_of)
    assert done.returncode == 0, done.stderr
    assert project.differences(as_of) == []


def scored(project: KilledProject) -> datetime:
    """The instant that the last finished run scored for."""
    [[as_of]] = project.increments.read("select distinct as_of from marts.contact_scores")
    assert isinstance(as_of, datetime)
    return as_of
