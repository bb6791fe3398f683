"""Run after run in one database gives what a full refresh gives, whatever came in between.

Stories by chance (`incremental_stages.py`), twenty side by side, are compared with a full refresh and with
the reference. `LEADSCORE_EXAMPLES` sets how many tens of them, `LEADSCORE_RANDOM` other ones. Those that
differ are named by their number: `python tests/support/incremental_reduce.py NUMBER` makes them small.
"""

from __future__ import annotations

import os

import pytest
from incremental_project import Increments, told
from incremental_stages import story_of
from strategies import world_numbers

# More of it, and other ones each time, in `make test-thorough`.
pytestmark = pytest.mark.chance

EXAMPLES = max(1, int(os.environ.get("LEADSCORE_EXAMPLES", "2")) // 2)
RUNS = 6 if EXAMPLES > 1 else 5
# Few are compared with a full refresh where time is short; all are compared with the reference.
REFRESHES = range(RUNS) if EXAMPLES > 1 else (RUNS // 2, RUNS - 1)


@pytest.mark.parametrize("number", world_numbers(EXAMPLES))
def test_run_after_run_equals_a_full_refresh(increments: Increments, number: int) -> None:
    found = told(story_of(number, RUNS), increments, refreshes=lambda run: run in REFRESHES)
    assert not found, f"`python tests/support/incremental_reduce.py {number} {RUNS}`:\n" + "\n".join(found)
