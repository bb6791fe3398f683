"""Time a full run on generated data: `python -m benchmarks.run --events 2000000 --rules 60`."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.workload import AS_OF, write_raw_tables, write_seeds
from scripts.settings import PROJECT_ROOT as PROJECT
from scripts.staged_seeds import seeds_for_dbt


def main() -> None:
    """Generate the input, run dbt once in a new process, and print seconds per model and in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="a folder to work in and to leave behind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        database = folder / "bench.duckdb"
        write_seeds(folder / "seeds", options.rules)
        if not database.exists():
            write_raw_tables(database, options.events, options.contacts)
        environment = os.environ | {
            "LEADSCORE_DATABASE": str(database),
            "LEADSCORE_SEEDS": seeds_for_dbt(PROJECT, folder / "seeds"),
            "DBT_TARGET_PATH": str(folder / "target"),
        }
        variables = json.dumps({"as_of": AS_OF})
        dbt = Path(sys.executable).with_name("dbt")
        started = time.perf_counter()
        run = subprocess.run(
            [dbt, "--quiet", "build", "--exclude-resource-type", "unit_test", "--vars", variables],
            env=environment,
            cwd=PROJECT,
            check=False,
        )
        seconds = time.perf_counter() - started
        results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
        for result in sorted(results, key=lambda result: -float(result["execution_time"]))[:15]:
            name = result["unique_id"].split(".", 2)[2]
            print(f"{result['execution_time']:8.2f} s  {name}  {result['status']}")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
        print(f"{seconds:8.2f} s  in all, with dbt's start; peak memory {memory:.1f} GiB")
    sys.exit(run.returncode)


if __name__ == "__main__":
    main()
