"""Makes generated worlds that fail small: `python tests/support/reduce_world.py NUMBER [MINUTES]`.

It takes away models, rules, conditions, bands and raw rows, half of them at a time and then fewer, as long as
the SQL and the reference still differ (or the run still fails). Each try is a dbt run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from reference import World
from strategies import worlds_together
from workspaces import DbtFailedError
from worlds import WorldWorkspace, differences

SEED_ORDER = [
    "scoring_models",
    "scoring_rules",
    "model_conditions",
    "category_limits",
    "score_bands",
    "rule_conditions",
]
RAW_ORDER = ["events", "transactions", "score_adjustments", "contacts"]
Rows = list[dict[str, Any]]


def reduced(world: World, fails: Callable[[World], bool]) -> World:
    """The smallest world found that still fails."""
    size = 0
    while size != (size := _size(world)):
        for seed in SEED_ORDER:
            world = _fewer(
                world, world.seeds[seed], lambda w, rows, seed=seed: _with_seed(w, seed, rows), fails
            )
        for table in RAW_ORDER:
            if table in world.raw:
                world = _fewer(world, world.raw[table], lambda w, rows, t=table: _with_raw(w, t, rows), fails)
    return world


def _fewer(
    world: World, rows: Rows, change: Callable[[World, Rows], World], fails: Callable[[World], bool]
) -> World:
    step = len(rows)
    while step:
        start = 0
        while start < len(rows):
            fewer = rows[:start] + rows[start + step :]
            smaller = change(world, fewer)
            if fails(smaller):
                world, rows = smaller, fewer
                print(f"{_size(world)} rows", file=sys.stderr)
            else:
                start += step
        step //= 2
    return world


def _with_seed(world: World, seed: str, rows: Rows) -> World:
    """A world with other rows of one seed, and without those that refer to what went."""
    seeds = {**world.seeds, seed: rows}
    models = {row["model_id"] for row in seeds["scoring_models"]}
    for dependent in ("scoring_rules", "model_conditions", "category_limits", "score_bands"):
        seeds[dependent] = [row for row in seeds[dependent] if row["model_id"] in models]
    rules = {row["rule_id"] for row in seeds["scoring_rules"]}
    seeds["rule_conditions"] = [row for row in seeds["rule_conditions"] if row["rule_id"] in rules]
    used = {(row["model_id"], row["category"]) for row in seeds["scoring_rules"]}
    seeds["category_limits"] = [
        row for row in seeds["category_limits"] if (row["model_id"], row["category"]) in used
    ]
    return replace(world, seeds=seeds)


def _with_raw(world: World, table: str, rows: Rows) -> World:
    return replace(world, raw={**world.raw, table: rows})


def _size(world: World) -> int:
    return sum(map(len, [*world.seeds.values(), *world.raw.values()]))


def _show(world: World) -> None:
    for table, rows in [*world.seeds.items(), *world.raw.items()]:
        for row in rows:
            given = {column: str(cell) for column, cell in row.items() if cell not in (None, "")}
            print(f"{table}: {given}")
    print(f"vars: {world.variables}, native: {sorted(world.native)}")


def main(number: int, minutes: float = 5) -> None:
    """Reduce the worlds of a number, for so long at most, and print what is left and how it differs."""
    deadline = time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        workspace = WorldWorkspace(Path(folder))

        def outcome(world: World) -> list[str]:
            try:
                return differences(world, workspace.run(world))
            except DbtFailedError as error:
                return [f"run failed: {error}"]

        def kinds(found: list[str]) -> set[str]:
            return {
                line.split(":")[0]
                for line in found
                if "only in" in line or line.startswith(("run", "contact"))
            }

        def still_fails(world: World) -> bool:
            return time.monotonic() < deadline and bool(kinds(outcome(world)) & first)

        first = kinds(outcome(worlds_together(number)))
        if not first:
            print(f"worlds {number}: no difference")
            return
        small = reduced(worlds_together(number), still_fails)
        _show(small)
        print("\n".join(outcome(small)))


if __name__ == "__main__":
    main(int(sys.argv[1]), *map(float, sys.argv[2:3]))
