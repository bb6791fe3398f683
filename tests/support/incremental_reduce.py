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
from functools import partial
from pathlib import Path

from incremental_project import Increments, told
from incremental_stages import Arrivals, Stage, Story, story_of
from reduce_world import SEED_ORDER, with_seed
from reducing import with_fewest
from reference import World
from seed_strategies import Cells

OTHER_SEEDS = ["score_matrix", "rfm_segments", "account_roles"]


def reduced(story: Story, fails: Callable[[Story], bool]) -> Story:
    """The smallest story found that still fails."""
    size = 0
    while size != (size := _size(story)):
        story = with_fewest(story, range(len(story.stages) - 1), partial(_with_stages, story), fails)
        arrivals = [(n, m) for n, stage in enumerate(story.stages) for m in range(len(stage.arrivals))]
        story = with_fewest(story, arrivals, partial(_with_arrivals, story), fails)
        for seed in [*OTHER_SEEDS, *SEED_ORDER]:
            cells = sorted({_cells(row) for stage in story.stages for row in stage.seeds[seed]})
            story = with_fewest(story, cells, partial(_with_seed_rows, story, seed), fails)
    return story


def _with_stages(story: Story, kept: list[int]) -> Story:
    """With some of the runs before the last; what arrived before another one arrives before the next."""
    stages: list[Stage] = []
    waiting: Arrivals = []
    for number, stage in enumerate(story.stages):
        waiting = [
            (table, row) for table, row in waiting if row.get("contact_id") not in stage.forgotten
        ] + stage.arrivals
        if number in kept or stage is story.stages[-1]:
            stages.append(replace(stage, arrivals=waiting))
            waiting = []
    return replace(story, stages=tuple(stages))


def _with_arrivals(story: Story, kept: list[tuple[int, int]]) -> Story:
    return replace(
        story,
        stages=tuple(
            replace(stage, arrivals=[arrival for m, arrival in enumerate(stage.arrivals) if (n, m) in kept])
            for n, stage in enumerate(story.stages)
        ),
    )


def _with_seed_rows(story: Story, seed: str, kept: list[tuple[tuple[str, str], ...]]) -> Story:
    stages = []
    for stage in story.stages:
        rows = [row for row in stage.seeds[seed] if _cells(row) in kept]
        stages.append(replace(stage, seeds=with_seed(World(stage.seeds), seed, rows).seeds))
    return replace(story, stages=tuple(stages))


def _cells(row: Cells) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(row.items()))


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


def main(number: int, runs: int = 6, minutes: int = 10) -> None:
    """Reduce one story, for so long at most, and print what is left and how it differs."""
    deadline = time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        project = Increments(Path(folder))
        story = story_of(number, runs)
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
    main(*map(int, sys.argv[1:4]))
