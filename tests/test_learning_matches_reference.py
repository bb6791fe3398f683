"""What is learned of conversions, by chance over generated worlds: SQL and the plain-Python reference agree.

Some worlds are one dbt run. `LEADSCORE_EXAMPLES`, `LEADSCORE_RANDOM`: as for the scores.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import product
from math import isclose
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dice import Dice
from reference import World
from reference.learning import MARTS, Learning
from seed_strategies import EVENT_TYPES, Cells, _conditions
from sklearn.metrics import roc_auc_score
from strategies import world_numbers, worlds_together
from workspaces import Workspace, write_seeds
from worlds import write_raw

# More of it, and other ones each time, in `make test-thorough`.
pytestmark = pytest.mark.chance

RUNS = max(2, int(os.environ.get("LEADSCORE_EXAMPLES", "6")) // 4)
WORLDS = 6
KEYS = ("conversion_id", "model_id", "contact_id", "rule_id", "band_id", "threshold")
# A horizon and how far observations lie apart.
RHYTHMS = [
    ("", ""),
    ("1 day", "1 day"),
    ("1 month", "1 month"),
    ("90 minutes", "1 week"),
    ("6 months", "1 year"),
]


def with_conversions(world: World, dice: Dice) -> World:
    """The world with some conversions, by events and by transactions, and one that is never missed."""
    conversions: list[Cells] = [
        {"conversion_id": "anything", "activity": "|".join(EVENT_TYPES), "observations": "24"}
        | {"horizon": "1 month", "observe_every": "1 month"}
    ]
    conditions: list[Cells] = []
    for number in range(4):
        conversion_id = dice.choice(["won", "it's; --", "{{ won }}"]) + str(number)
        activity = dice.choice(["transaction", "|".join(EVENT_TYPES), *EVENT_TYPES])
        horizon, observe_every = dice.choice(RHYTHMS)
        conversions.append(
            {"conversion_id": conversion_id, "title": "", "description": "", "activity": activity}
            | {"is_active": dice.choice(["", "true", "true", "false"])}
            | {
                "horizon": horizon,
                "observe_every": observe_every,
                "observations": dice.choice(["", "1", "4"]),
            }
        )
        if dice.likely(3):
            kind = "transaction" if activity == "transaction" else "event"
            rows = _conditions(dice, [kind, "contact"], ["2026-03-01"])
            conditions += [row | {"conversion_id": conversion_id} for row in rows]
    return replace(
        world, seeds=world.seeds | {"conversions": conversions, "conversion_conditions": conditions}
    )


def by_key(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by what they are about."""
    keyed = {tuple(row.get(name) for name in KEYS): row for row in rows}
    assert len(keyed) == len(rows), "two rows about the same"
    return keyed


def same(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether two rows tell the same; a sum of doubles comes in any order."""
    return ours.keys() == theirs.keys() and all(
        isclose(ours[name], value, rel_tol=1e-9, abs_tol=1e-9)
        if isinstance(value, float) and ours[name] is not None
        else ours[name] == value
        for name, value in theirs.items()
    )


@pytest.mark.parametrize("number", world_numbers(RUNS))
def test_learning_matches_reference(tmp_path: Path, number: int) -> None:
    world = with_conversions(worlds_together(number, WORLDS), Dice(number))
    workspace = Workspace(tmp_path, tmp_path / "seeds")
    write_seeds(workspace.seeds, world.seeds)
    with duckdb.connect(str(workspace.database)) as connection:
        write_raw(world, connection)
    select = " ".join(f"+{mart}" for mart in MARTS)
    workspace.build(as_of=world.variables["as_of"], select=select, variables=world.variables)
    expected = Learning(world)
    for mart in MARTS:
        rows = workspace.rows(f"from marts.{mart}")
        assert {row.pop("as_of") for row in rows} <= {world.as_of}
        ours, theirs = by_key(rows), by_key(getattr(expected, mart))
        assert ours.keys() == theirs.keys(), f"world {number}, {mart}"
        for key, row in theirs.items():
            assert same(ours[key], row), f"world {number}, {mart}: {ours[key]} instead of {row}"


def test_auc_is_that_of_scikit_learn() -> None:
    """The reference, which the marts are held to, counts pairs one by one."""
    found = 0
    for number in world_numbers(2):
        learning = Learning(with_conversions(worlds_together(number, WORLDS), Dice(number)))
        pairs = product(learning.conversions, learning.models)
        for row, (conversion, model_id) in zip(learning.score_quality, pairs, strict=True):
            observed = learning.observed(conversion, model_id)
            converts = [one.converted_at is not None for one in observed]
            if len(set(converts)) == 2:
                auc = roc_auc_score(converts, [float(one.score) for one in observed])
                assert row["auc"] == pytest.approx(auc), (number, row)
                found += 1
    assert found > 5


def test_some_observations_convert() -> None:
    """Otherwise the worlds test nothing."""
    worlds = [with_conversions(worlds_together(number, WORLDS), Dice(number)) for number in world_numbers(5)]
    assert sum(row["converted"] for world in worlds for row in Learning(world).score_quality) > 50
