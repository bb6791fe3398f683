"""Run after run in one database gives what a full refresh gives, whatever came in between.

Stories by chance (`incremental_stages.py`) are compared with a full refresh and with the reference.
`LEADSCORE_EXAMPLES` sets how many (each is a dozen dbt runs), `LEADSCORE_RANDOM=1` takes new ones. One that
differs is named by its number: `python tests/incremental_reduce.py NUMBER` makes it small.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from incremental_project import Increments, told
from incremental_stages import story_of
from strategies import world_numbers

EXAMPLES = int(os.environ.get("LEADSCORE_EXAMPLES", "1"))
RANDOM = os.environ.get("LEADSCORE_RANDOM") == "1"
RUNS = 6 if EXAMPLES > 2 else 4
# Few are compared with a full refresh where time is short; all are compared with the reference.
REFRESHES = range(RUNS) if EXAMPLES > 2 else (RUNS - 1,)


@pytest.fixture(scope="module")
def increments(tmp_path_factory: pytest.TempPathFactory) -> Increments:
    return Increments(tmp_path_factory.mktemp("stories"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not RANDOM,
    database=None,
    print_blob=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(number=world_numbers())
def test_run_after_run_equals_a_full_refresh(increments: Increments, number: int) -> None:
    found = told(story_of(number, RUNS), increments, refreshes=lambda run: run in REFRESHES)
    assert not found, f"`python tests/incremental_reduce.py {number} {RUNS}`:\n" + "\n".join(found)
