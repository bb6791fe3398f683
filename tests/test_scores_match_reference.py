"""The SQL and the plain-Python reference agree on generated worlds, many of which are scored by one run.

`LEADSCORE_EXAMPLES` sets how many runs (of ten worlds each), `LEADSCORE_RANDOM` other worlds. Those that
differ are named by their number: `python tests/support/reduce_world.py NUMBER` makes them small.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from reference import World
from strategies import USUAL_RUNS, world_numbers, worlds_together
from worlds import WorldWorkspace, differences

# More of it, and other ones each time, in `make test-thorough`.
pytestmark = pytest.mark.chance

EXAMPLES = int(os.environ.get("LEADSCORE_EXAMPLES") or USUAL_RUNS)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> WorldWorkspace:
    return WorldWorkspace(tmp_path_factory.mktemp("worlds"))


@pytest.mark.parametrize("number", world_numbers(EXAMPLES))
def test_scores_match_reference(workspace: WorldWorkspace, number: int) -> None:
    world = worlds_together(number)
    found = differences(world, workspace.run(world))
    assert not found, f"worlds {number}:\n" + "\n".join(found)


@pytest.mark.parametrize("number", world_numbers(max(1, EXAMPLES // 4)))
def test_a_later_run_equals_a_full_refresh(workspace: WorldWorkspace, number: int) -> None:
    """Whatever arrived late, and whatever rule was edited since the run before."""
    world = worlds_together(number)
    workspace.run(earlier(world))
    found = differences(world, workspace.run_next(world))
    assert not found, f"worlds {number}, after a run on their earlier selves:\n" + "\n".join(found)


def earlier(world: World) -> World:
    """The world before every other raw row arrived, under rules with other points, two months ago."""
    raw = {table: rows[::2] for table, rows in world.raw.items()}
    rules = [{**row, "points": "4"} for row in world.seeds["scoring_rules"]]
    variables = {**world.variables, "as_of": str(world.as_of - timedelta(days=60))}
    return replace(world, raw=raw, seeds={**world.seeds, "scoring_rules": rules}, variables=variables)
