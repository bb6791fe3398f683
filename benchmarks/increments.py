"""Measurement (d): new events, and a run that scores what they touch, in a new process and in the loop."""

from __future__ import annotations

import os
import queue
import re
import signal
import statistics
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from time import sleep, time

from leadscore.settings import PROJECT_ROOT

from benchmarks.command import LEADSCORE, Bench, CommandFailedError, leadscore, phases
from benchmarks.data import Sizes, write_new_events
from benchmarks.full_run import run_details
from benchmarks.measuring import Details, Measured, PeakMemory

EVERY_SECONDS = 20
LOAD_ATTEMPTS = 30
SILENCE_SECONDS = 3600.0
FINISHED = re.compile(r'"seconds": *([\d.]+)')


@dataclass(frozen=True)
class Tick:
    """A run of the loop.

    Attributes:
        seconds: How long it took, as the loop says.
        ended: When it said so (seconds since 1970).
    """

    seconds: float
    ended: float

    @property
    def began(self) -> float:
        """When it started."""
        return self.ended - self.seconds


def measure_new_processes(bench: Bench, sizes: Sizes, events: int, times: int) -> Measured:
    """Load events and run the command, so many times.

    Args:
        bench: Where; a full run has taken place.
        sizes: How much data there was to begin with.
        events: How many events to load each time.
        times: How often.
    """
    runs: list[Details] = []
    peaks, processors = [], []
    present = _events_present(bench)
    for _ in range(times):
        loaded = load_new_events(bench, sizes, present, events)
        present += events
        run = leadscore(bench, "run")
        peaks.append(run.peak_bytes or 0)
        processors.append(run.processor_seconds)
        runs.append({"seconds": run.seconds, "seconds_of_load": loaded} | run_details(bench, run))
    seconds = statistics.median(float(run["seconds"]) for run in runs)
    title = f"{events:,} new events, new process (median of {times})"
    peak = max(peaks) or None
    return Measured("d1", title, seconds, statistics.median(processors), peak, {"runs": runs})


def measure_loop(bench: Bench, sizes: Sizes, events: int, times: int) -> Measured:
    """Start `leadscore run --every`, and load events between its ticks.

    The first tick counts for nothing: it parses the project. Nor does one that began before a load's end.

    Args:
        bench: Where; a full run has taken place.
        sizes: How much data there was to begin with.
        events: How many events to load each time.
        times: How many ticks count.
    """
    runs: list[Details] = []
    present = _events_present(bench)
    with _loop(bench) as (ticks, memory):
        first = next(ticks)
        while len(runs) < times:
            loaded = load_new_events(bench, sizes, present, events)
            present += events
            ready = time()
            tick = next(ticks)
            if tick.began < ready:
                continue
            size = {"database_bytes": bench.database.stat().st_size, "seconds_of_load": loaded}
            runs.append(asdict(tick) | phases(bench, tick.began, tick.ended) | size)
    seconds = statistics.median(float(run["seconds"]) for run in runs)
    title = f"{events:,} new events, in the loop (median of {times})"
    details = {"first_tick_seconds": first.seconds, "runs": runs}
    return Measured("d2", title, seconds, peak_bytes=memory.bytes, details=details)


def load_new_events(bench: Bench, sizes: Sizes, first: int, events: int) -> float:
    """Load events of the last hour by `leadscore load`; tried again while a run holds the database.

    Args:
        bench: Where.
        sizes: How much data there was to begin with.
        first: The number of the first event; every row of raw.events has one.
        events: How many.

    Returns:
        How long the load took that worked.
    """
    file = bench.folder / "new_events.parquet"
    write_new_events(file, sizes, first, events, datetime.now(UTC).replace(tzinfo=None))
    for attempt in range(LOAD_ATTEMPTS):
        try:
            return leadscore(bench, "load", "events", str(file)).seconds
        except CommandFailedError:
            if attempt == LOAD_ATTEMPTS - 1:
                raise
            sleep(1)
    raise AssertionError


def _events_present(bench: Bench) -> int:
    with bench.engine.connect(bench.database, read_only=True) as connection:
        return int(connection.execute("select count(*) from raw.events").fetchall()[0][0])


@contextmanager
def _loop(bench: Bench) -> Iterator[tuple[Iterator[Tick], PeakMemory]]:
    """The loop as a process, with the ticks that it says it has finished; stopped by SIGTERM."""
    with subprocess.Popen(
        [LEADSCORE, "run", "--every", f"{EVERY_SECONDS}s", "--json"],
        env=bench.environment,
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        lines: queue.Queue[tuple[float, str] | None] = queue.Queue()

        def read() -> None:
            for line in process.stdout or ():
                lines.put((time(), line))
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        try:
            with PeakMemory(process.pid) as memory:
                yield _ticks(lines), memory
        finally:
            os.kill(process.pid, signal.SIGTERM)
            process.wait()


def _ticks(lines: queue.Queue[tuple[float, str] | None]) -> Iterator[Tick]:
    said: list[str] = []
    while (item := lines.get(timeout=SILENCE_SECONDS)) is not None:
        instant, line = item
        said.append(line)
        if found := FINISHED.search(line):
            yield Tick(seconds=float(found[1]), ended=instant)
    raise CommandFailedError(f"leadscore run --every ended by itself:\n{''.join(said[-40:])}")
