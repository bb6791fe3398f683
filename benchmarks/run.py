"""`make bench`: how long scoring takes, from the least that it could to what a user waits for."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.command import Bench, CommandFailedError, leadscore
from benchmarks.data import Sizes, sizes_of, write_raw_tables
from benchmarks.engine import Engine
from benchmarks.floor import measure_floor
from benchmarks.full_run import measure_full_run
from benchmarks.increments import measure_loop, measure_new_processes
from benchmarks.measuring import Measured
from benchmarks.report import as_json, show
from benchmarks.union_all import measure_union_all
from benchmarks.verify import differing_marts

Folder = Annotated[
    Path | None, typer.Option(help="A folder to work in and leave behind; its data are used again.")
]
BUSY = 0.5


def main(
    events: Annotated[int, typer.Option(min=1000, help="Events to generate.")] = 2_000_000,
    contacts: Annotated[int, typer.Option(min=100, help="Contacts to spread them over.")] = 100_000,
    only: Annotated[str, typer.Option(help="Which measurements: a, b, c, d, split at commas.")] = "a,b,c,d",
    increments: Annotated[int, typer.Option(min=1, help="Runs of (d), each way.")] = 3,
    increment_events: Annotated[int, typer.Option(min=1, help="New events for each run of (d).")] = 10_000,
    memory_limit: Annotated[str | None, typer.Option(help="DuckDB's, such as 8GB.")] = None,
    nodes: Annotated[
        bool, typer.Option("--nodes", help="Show dbt's slowest nodes (half a second a run).")
    ] = False,
    keep: Folder = None,
    verify: Annotated[bool, typer.Option("--verify", help="Compare (d) with a full refresh.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="A file for all figures.")] = None,
    earlier: Annotated[
        Path | None, typer.Option("--compare", help="An earlier JSON file, of another size.")
    ] = None,
) -> None:
    """Measure (a) the floor, (b) a union of all rules, (c) a full run, (d) increments, in turn."""
    chosen = set(only.split(","))
    if not chosen <= set("abcd"):
        raise typer.BadParameter("a, b, c and d, split at commas", param_hint="--only")
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    busy = os.getloadavg()[0]
    if busy > BUSY:
        _say(f"the machine's load is {busy:.1f}: something else runs, and the seconds will be too many")
    with _folder(keep) as folder:
        bench = Bench(folder, Engine(memory_limit), nodes)
        sizes = _generated(bench, Sizes(events, contacts, until))
        measured: list[Measured] = []
        known: dict[str, object] = {"memory_limit": memory_limit, "load_before": busy}
        for one in _measurements(bench, sizes, chosen, increments, increment_events):
            _say(f"    {one.seconds:.2f} s")
            measured.append(one)
            _write(json_file, as_json(sizes, measured, **known))
        differing = differing_marts(bench) if verify else None
    show(sizes, measured, earlier)
    _write(json_file, as_json(sizes, measured, **known, marts_that_differ=differing))
    if differing is not None:
        typer.echo(
            f"Not as a full refresh has it: {', '.join(differing)}"
            if differing
            else "As a full refresh has it."
        )
    sys.exit(1 if differing else 0)


def _measurements(bench: Bench, sizes: Sizes, chosen: set[str], times: int, new: int) -> Iterator[Measured]:
    if "a" in chosen:
        _say("(a) the floor")
        yield measure_floor(bench.source, bench.engine)
    if "b" in chosen:
        _say("(b) a branch per rule")
        yield measure_union_all(bench.source, bench.folder / "union_all.duckdb", sizes.until, bench.engine)
    if "c" in chosen:
        _say("(c) a full run")
        yield measure_full_run(bench)
    if "d" in chosen:
        if "c" not in chosen:
            _say("a run up to now, which isn't measured")
            _caught_up(bench)
        _say("(d) increments, each in a new process")
        yield measure_new_processes(bench, sizes, new, times)
        _say("(d) increments in the loop")
        yield measure_loop(bench, sizes, new, times)


def _caught_up(bench: Bench) -> None:
    """What (d) starts from, where (c) hasn't just made it."""
    if bench.database.exists():
        leadscore(bench, "run")
    else:
        measure_full_run(bench)


def _generated(bench: Bench, wanted: Sizes) -> Sizes:
    """The data; those of another size are not touched."""
    if not bench.source.exists():
        _say(f"generating {wanted.events:,} events")
        write_raw_tables(bench.source, wanted)
    found = sizes_of(bench.source)
    if (found.events, found.contacts) != (wanted.events, wanted.contacts):
        there = f"{found.events} events and {found.contacts} contacts"
        raise typer.BadParameter(
            f"{bench.folder} holds {there}: name these, or another folder", param_hint="--keep"
        )
    return found


def _write(file: Path | None, report: dict[str, object]) -> None:
    """After each measurement, so that an hour's work isn't lost."""
    if file:
        file.write_text(json.dumps(report, indent=2, default=str) + "\n", encoding="utf-8")


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


def _say(text: str) -> None:
    typer.echo(f"… {text}", err=True)


if __name__ == "__main__":
    # So that what was started is ended, and the temporary folder removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        typer.run(main)
    except CommandFailedError as error:
        sys.exit(str(error))
