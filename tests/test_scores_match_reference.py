"""The SQL and the plain-Python reference agree on whole generated worlds.

`LEADSCORE_EXAMPLES` sets how many worlds (each is a dbt run of a few seconds), `LEADSCORE_RANDOM=1` takes new
ones. A world that differs is named by its number: `python tests/reduce_world.py NUMBER` makes it small.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from reference import World
from strategies import of_worlds, world_numbers, world_of
from worlds import Harness, differences

EXAMPLES = int(os.environ.get("LEADSCORE_EXAMPLES", "6"))


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Harness:
    return Harness(tmp_path_factory.mktemp("worlds"))


@of_worlds(EXAMPLES)
@given(number=world_numbers())
def test_scores_match_reference(harness: Harness, number: int) -> None:
    world = world_of(number)
    found = differences(world, harness.run(world))
    assert not found, f"world {number}:\n" + "\n".join(found)


@of_worlds(max(2, EXAMPLES // 4))
@given(number=world_numbers())
def test_a_later_run_equals_a_full_refresh(harness: Harness, number: int) -> None:
    """Whatever arrived late, and whatever rule was edited since the run before."""
    world = world_of(number)
    harness.run(earlier(world))
    found = differences(world, harness.run_next(world))
    assert not found, f"world {number}, after a run on its earlier self:\n" + "\n".join(found)


def earlier(world: World) -> World:
    """The world before every other raw row arrived, under rules with other points, two months ago."""
    raw = {table: rows[::2] for table, rows in world.raw.items()}
    rules = [{**row, "points": "4"} for row in world.seeds["scoring_rules"]]
    variables = {**world.variables, "as_of": str(world.as_of - timedelta(days=60))}
    return replace(world, raw=raw, seeds={**world.seeds, "scoring_rules": rules}, variables=variables)
