"""Measurement (c): `leadscore run --full-refresh` in a new process, with dbt, tests and publication."""

from __future__ import annotations

import shutil

from benchmarks.command import Bench, CommandRun, leadscore, phases
from benchmarks.measuring import Details, Measured


def measure_full_run(bench: Bench) -> Measured:
    """Score everything on a fresh copy of the generated data.

    Args:
        bench: Where.
    """
    for leftover in bench.folder.glob(f"{bench.database.name}*"):
        leftover.unlink()
    shutil.rmtree(bench.folder / "published", ignore_errors=True)
    shutil.copyfile(bench.source, bench.database)
    run = leadscore(bench, "run", "--full-refresh")
    return Measured(
        "c",
        "this project: full refresh",
        run.seconds,
        run.processor_seconds,
        run.peak_bytes,
        run_details(bench, run),
    )


def run_details(bench: Bench, run: CommandRun) -> Details:
    """Where the time of a run in a process of its own went, and how large its files are."""
    published = sum(
        file.lstat().st_size for file in (bench.folder / "published").rglob("*") if not file.is_dir()
    )
    return phases(bench, run.began, run.began + run.seconds) | {
        "database_bytes": bench.database.stat().st_size,
        "published_bytes": published,
    }
