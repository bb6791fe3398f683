"""The SQL and the plain-Python reference agree on whole generated worlds.

`LEADSCORE_EXAMPLES` sets how many worlds (each is a dbt run of a few seconds), `LEADSCORE_RANDOM=1` takes new
ones. A world that differs is named by its number: `python tests/reduce_world.py NUMBER` makes it small.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from strategies import world_numbers, world_of
from worlds import Harness, differences

EXAMPLES = int(os.environ.get("LEADSCORE_EXAMPLES", "12"))
RANDOM = os.environ.get("LEADSCORE_RANDOM") == "1"


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Harness:
    return Harness(tmp_path_factory.mktemp("worlds"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not RANDOM,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(number=world_numbers())
def test_scores_match_reference(harness: Harness, number: int) -> None:
    world = world_of(number)
    found = differences(world, harness.run(world))
    assert not found, f"world {number}:\n" + "\n".join(found)
