"""The benchmark's table and its JSON file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.data import Sizes
from benchmarks.measuring import Measured

GIB = 1024**3


def as_json(sizes: Sizes, measured: Sequence[Measured], **more: object) -> dict[str, object]:
    """Everything that was measured, for a file.

    Args:
        sizes: How much data there was.
        measured: The measurements.
        more: Whatever else belongs to it.
    """
    return {
        "events": sizes.events,
        "contacts": sizes.contacts,
        "until": sizes.until.isoformat(),
        "machine": {
            "processors": os.cpu_count(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "python": platform.python_version(),
            **{package: version(package) for package in ("duckdb", "dbt-core", "dbt-duckdb")},
        },
        **more,
        "ratios": ratios(measured),
        "measurements": [asdict(one) for one in measured],
    }


def ratios(measured: Sequence[Measured]) -> dict[str, float]:
    """How many times as long each measurement took as the floor (`c/a`) and as the union (`c/b`)."""
    seconds = {one.key: one.seconds for one in measured}
    return {
        f"{key}/{other}": round(seconds[key] / seconds[other], 3)
        for other in ("a", "b")
        for key in seconds
        if other in seconds and key != other and seconds[other] > 0
    }


def show(sizes: Sizes, measured: Sequence[Measured], earlier: Path | None = None) -> None:
    """Print the table, the slowest nodes, and the growth of the cost per event against an earlier file."""
    console = Console(width=None if os.environ.get("COLUMNS") or os.isatty(1) else 140)
    before = json.loads(earlier.read_text(encoding="utf-8")) if earlier else None
    title = f"{sizes.events:,} events, {sizes.contacts:,} contacts, 40 rules in 3 models"
    table = Table("", "measurement", title=title)
    columns = ["seconds", "processors", "of floor", "of union all", "s a million events", "peak memory"]
    for column in columns + (["cost an event, of earlier"] if before else []):
        table.add_column(column, justify="right")
    known = ratios(measured)
    for one in measured:
        memory = f"{one.peak_bytes / GIB:.2f} GiB" if one.peak_bytes else ""
        processors = "" if one.processor_seconds is None else f"{one.processor_seconds:,.2f}"
        cells = [
            f"{one.seconds:,.2f}",
            processors,
            _times(known, f"{one.key}/a"),
            _times(known, f"{one.key}/b"),
        ]
        a_million = "" if one.key.startswith("d") else f"{one.seconds / sizes.events * 1e6:.3f}"
        table.add_row(one.key, one.title, *cells, a_million, memory, *_growth(sizes, one, before))
    console.print(table)
    for one in measured:
        _show_run(console, one)


def _times(known: dict[str, float], key: str) -> str:
    return f"{known[key]:.2f}" if key in known else ""


def _growth(sizes: Sizes, one: Measured, before: dict[str, Any] | None) -> list[str]:
    if before is None:
        return []
    for earlier in before["measurements"]:
        if earlier["key"] == one.key and not one.key.startswith("d"):
            cost, cost_before = one.seconds / sizes.events, earlier["seconds"] / before["events"]
            return [f"{cost / cost_before:.2f}"]
    return [""]


def _show_run(console: Console, one: Measured) -> None:
    """Where the time of a run of the command went; of several the last."""
    details = one.details
    if steps := details.get("steps"):
        console.print(
            f"{one.key}: " + ", ".join(f"{step} {seconds:.2f} s" for step, seconds in steps.items())
        )
    run = details["runs"][-1] if "runs" in details else details
    if "stages" not in run:
        return
    stages = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in run["stages"].items())
    console.print(f"{one.key}: {run['kind']} ({run['reason']}): {stages}")
    for node in run.get("slowest", []):
        console.print(f"    {node['seconds']:8.2f} s  {node['node']}", highlight=False)
    if "runs" in details:
        sizes = [round(each["database_bytes"] / 1024**2) for each in details["runs"]]
        console.print(f"    the database after each run, MiB: {', '.join(map(str, sizes))}")
