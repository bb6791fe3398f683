"""Run after run in one database gives what a full refresh gives, whatever came in between.

Stories by chance (`incremental_stages.py`) are compared with a full refresh and with the reference.
`LEADSCORE_EXAMPLES` sets how many (each is a dozen dbt runs), `LEADSCORE_RANDOM=1` takes new ones. One that
differs is named by its number: `python tests/incremental_reduce.py NUMBER` makes it small.
"""

from __future__ import annotations

import os

from hypothesis import given
from incremental_project import Increments, told
from incremental_stages import story_of
from strategies import of_worlds, world_numbers

EXAMPLES = int(os.environ.get("LEADSCORE_EXAMPLES", "1"))
RUNS = 6 if EXAMPLES > 2 else 4
# Few are compared with a full refresh where time is short; all are compared with the reference.
REFRESHES = range(RUNS) if EXAMPLES > 2 else (RUNS - 1,)


@of_worlds(EXAMPLES)
@given(number=world_numbers())
def test_run_after_run_equals_a_full_refresh(increments: Increments, number: int) -> None:
    found = told(story_of(number, RUNS), increments, refreshes=lambda run: run in REFRESHES)
    assert not found, f"`python tests/incremental_reduce.py {number} {RUNS}`:\n" + "\n".join(found)
