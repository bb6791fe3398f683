"""Makes a story that fails small: `python tests/support/incremental_reduce.py NUMBER [RUNS] [MINUTES]`.

It takes away runs after the first that differs, runs before it, raw rows, rules and other seed rows, half of
them at a time and then fewer, as long as the same mart differs. Each try is several dbt runs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from incremental_project import Increments, told
from incremental_stages import Stage, Story, story_of
from reduce_world import SEED_ORDER
from reduce_world import _with_seed as with_seed
from reference import World

OTHER_SEEDS = ["score_matrix", "rfm_segments", "account_roles"]
Fails = Callable[[Story], bool]


def reduced(story: Story, fails: Fails) -> Story:
    """The smallest story found that still fails."""
    size = 0
    while size != (size := _size(story)):
        story = _fewer(story, list(range(len(story.stages) - 1)), _without_stages, fails)
        arrivals = [(n, m) for n, stage in enumerate(story.stages) for m in range(len(stage.arrivals))]
        story = _fewer(story, arrivals, _without_arrivals, fails)
        for seed in [*OTHER_SEEDS, *SEED_ORDER]:
            keys = {tuple(sorted(row.items())) for stage in story.stages for row in stage.seeds[seed]}
            story = _fewer(
                story, sorted(keys), lambda s, gone, seed=seed: _without_seed_rows(s, seed, gone), fails
            )
    return story


def _fewer(
    story: Story, parts: list[Any], without: Callable[[Story, list[Any]], Story], fails: Fails
) -> Story:
    """Without as many parts as can be missed: `without` takes away those that it is given."""
    gone: list[Any] = []
    step = len(parts)
    while step:
        start = 0
        while start < len(parts):
            tried = gone + parts[start : start + step]
            if fails(without(story, tried)):
                gone, parts = tried, parts[:start] + parts[start + step :]
                print(f"size {_size(without(story, gone))}", file=sys.stderr, flush=True)
            else:
                start += step
        step //= 2
    return without(story, gone)


def _without_stages(story: Story, gone: list[int]) -> Story:
    """Without some runs; what arrived before one of them arrives before the next."""
    stages: list[Stage] = []
    waiting: list[Any] = []
    for number, stage in enumerate(story.stages):
        waiting = [
            (table, row) for table, row in waiting if row.get("contact_id") not in stage.forgotten
        ] + stage.arrivals
        if number not in gone:
            stages.append(replace(stage, arrivals=waiting))
            waiting = []
    return replace(story, stages=tuple(stages))


def _without_arrivals(story: Story, gone: list[tuple[int, int]]) -> Story:
    return replace(
        story,
        stages=tuple(
            replace(stage, arrivals=[pair for m, pair in enumerate(stage.arrivals) if (n, m) not in gone])
            for n, stage in enumerate(story.stages)
        ),
    )


def _without_seed_rows(story: Story, seed: str, gone: list[Any]) -> Story:
    stages = []
    for stage in story.stages:
        rows = [row for row in stage.seeds[seed] if tuple(sorted(row.items())) not in gone]
        stages.append(replace(stage, seeds=with_seed(World(stage.seeds), seed, rows).seeds))
    return replace(story, stages=tuple(stages))


def _size(story: Story) -> int:
    return sum(10 + len(stage.arrivals) + sum(map(len, stage.seeds.values())) for stage in story.stages)


def show(story: Story) -> None:
    """Print a story so that a plain test can be written of it."""
    before: Stage | None = None
    for number, stage in enumerate(story.stages):
        for table, row in stage.arrivals:
            given = {column: str(cell) for column, cell in row.items() if cell not in (None, "")}
            print(f"{table}: {given}")
        if stage.forgotten:
            print(f"forgotten: {sorted(stage.forgotten)}")
        for seed, rows in stage.seeds.items():
            if before is None or before.seeds[seed] != rows:
                for cells in rows:
                    print(f"seed {seed}: { ({name: cell for name, cell in cells.items() if cell}) }")
        print(f"run {number} at {stage.as_of} with {stage.variables}\n")
        before = stage
    print(f"native: {sorted(story.native)}")


def main(number: int, runs: int = 6, minutes: float = 10) -> None:
    """Reduce one story, for so long at most, and print what is left and how it differs."""
    deadline = time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        project = Increments(Path(folder))
        story = story_of(number, int(runs))
        found = told(story, project)
        if not found:
            print(f"story {number}: no difference")
            return
        print("\n".join(found))
        first = _kinds(found)
        last = int(found[0].split()[1])
        story = replace(story, stages=story.stages[: last + 1])

        def still_fails(tried: Story) -> bool:
            if time.monotonic() > deadline or not tried.stages:
                return False
            # Only the last run is compared: an earlier difference would be another failure.
            end = len(tried.stages) - 1
            return bool(_kinds(told(tried, project, lambda number: number == end)) & first)

        small = reduced(story, still_fails)
        show(small)
        print("\n".join(told(small, project)))


def _kinds(found: list[str]) -> set[str]:
    """The marts that differ, or that a run failed."""
    return {
        line.split(":")[0]
        for line in found[1:]
        if not line.startswith(("scoring_rules", "rule_cond", "vars"))
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), *map(float, sys.argv[2:4]))
