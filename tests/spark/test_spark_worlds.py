"""Generated configurations and raw rows on Spark, run after run: as DuckDB and the reference have them.

`LEADSCORE_SPARK_EXAMPLES` sets how many databases (of five stories each, a few runs of a minute),
`LEADSCORE_RANDOM` other stories.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from incremental_project import Increments
from incremental_stages import story_of
from spark_project import SparkProject
from strategies import world_numbers
from workspaces import write_seeds
from worlds import MARTS
from worlds import differences as differences_from_reference

EXAMPLES = int(os.environ.get("LEADSCORE_SPARK_EXAMPLES", "1"))
WORLDS = 5
RUNS = 3 if EXAMPLES > 1 else 1


@pytest.mark.parametrize("number", world_numbers(EXAMPLES))
def test_run_after_run_on_spark(spark: SparkProject, increments: Increments, number: int) -> None:
    found = told(number, spark, increments)
    script = f"PYTHONPATH=tests/support python tests/spark/test_spark_worlds.py {number} {RUNS}"
    assert not found, f"`{script}`:\n" + "\n".join(found)


def told(number: int, spark: SparkProject, increments: Increments, runs: int = RUNS) -> list[str]:
    """Play a story on Spark until a run differs from a full refresh on DuckDB or the reference; tell how."""
    story = story_of(number, runs, WORLDS)
    spark.start()
    increments.start()
    for run, (stage, world) in enumerate(zip(story.stages, story.worlds(), strict=True)):
        if stage.forgotten:
            increments.forget(stage.forgotten)
        increments.arrive(stage.arrivals, story.native)
        write_seeds(increments.seeds, stage.seeds)
        increments.refresh(stage.as_of, stage.variables)
        spark.load(increments.database)
        gone = {"allow_shrink": True} if stage.forgotten else {}
        spark.results(
            "build",
            *("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
            seeds=increments.seeds,
            variables={**stage.variables, **gone, "as_of": stage.as_of.isoformat(timespec="microseconds")},
        )
        found = spark.differences(increments.refreshed)
        marts = spark.marts(increments.refreshed, [*MARTS, "rejected_rows"])
        found += differences_from_reference(world, marts)
        if found:
            [plan] = spark.query("select is_full, reason from state.run_plan")
            return [f"run {run} ({plan}):", *found]
    return []


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "spark"), Path(folder, "duckdb")
        one.mkdir()
        other.mkdir()
        project, engine = SparkProject(one), Increments(other)
        for chosen in map(int, sys.argv[1].split(",")):
            print(chosen, "\n".join(told(chosen, project, engine, int(sys.argv[2]))) or "equal", flush=True)
