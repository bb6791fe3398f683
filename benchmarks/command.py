"""The real command in a new process, timed, with what dbt says of its nodes."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time

from benchmarks.engine import Engine
from benchmarks.measuring import PeakMemory, processor_seconds
from scripts.settings import PROJECT_ROOT

LEADSCORE = Path(sys.executable).with_name("leadscore")
SLOWEST = 12


class CommandFailedError(Exception):
    """A command that should have worked did not."""


@dataclass(frozen=True)
class Bench:
    """A folder to measure in.

    Attributes:
        folder: Where everything lies.
        engine: DuckDB's settings.
    """

    folder: Path
    engine: Engine

    @property
    def source(self) -> Path:
        """The generated data, which nothing writes to again."""
        return self.folder / "source.duckdb"

    @property
    def database(self) -> Path:
        """The database of the command."""
        return self.folder / "bench.duckdb"

    @property
    def results(self) -> Path:
        """What dbt writes at the end of a build."""
        return self.folder / "target" / "run_results.json"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the command."""
        places = {
            "LEADSCORE_DATABASE": str(self.database),
            "LEADSCORE_PUBLISHED": str(self.folder / "published"),
            "LEADSCORE_SEEDS": "benchmarks/seeds",
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            # Lines as they come, and whole.
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "200",
        }
        return os.environ | places | self.engine.variables


@dataclass(frozen=True)
class CommandRun:
    """A command that has ended.

    Attributes:
        seconds: From the start of its process to its end.
        began: When it started (seconds since 1970).
        processor_seconds: Its processors' time.
        peak_bytes: The most memory of its processes.
        output: What it printed.
    """

    seconds: float
    began: float
    processor_seconds: float
    peak_bytes: int | None
    output: str


def leadscore(bench: Bench, *arguments: str) -> CommandRun:
    """Run a command to its end.

    Raises:
        CommandFailedError: It failed; with what it printed.
    """
    before = processor_seconds(resource.RUSAGE_CHILDREN)
    began = time()
    with subprocess.Popen(
        [LEADSCORE, *arguments],
        env=bench.environment,
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            with PeakMemory(process.pid) as memory:
                output, _ = process.communicate()
        except BaseException:
            process.terminate()
            raise
        seconds = time() - began
    if process.returncode:
        raise CommandFailedError(f"leadscore {' '.join(arguments)}:\n{output}")
    processors = processor_seconds(resource.RUSAGE_CHILDREN) - before
    return CommandRun(seconds, began, processors, memory.bytes, output)


def phases(bench: Bench, began: float, ended: float) -> dict[str, object]:
    """Where the time of a run went, by the last run_results.json.

    Args:
        bench: Where it ran.
        began: When the run, or its process, started.
        ended: When it ended.

    Returns:
        Seconds until dbt's first node, in its nodes, in dbt's own end, and from then on (publication, the
        summary, the end of the process); seconds per kind of node, over dbt's threads; the slowest nodes.
    """
    written = bench.results.stat().st_mtime
    results = json.loads(bench.results.read_text(encoding="utf-8"))["results"]
    timings = [timing for node in results for timing in node["timing"] if timing.get("completed_at")]
    first = min(_instant(timing["started_at"]) for timing in timings)
    last = max(_instant(timing["completed_at"]) for timing in timings)
    kinds: dict[str, float] = {}
    for node in results:
        kind = node["unique_id"].split(".", 1)[0]
        kinds[kind] = kinds.get(kind, 0.0) + float(node["execution_time"])
    return {
        "seconds_before_nodes": round(first - began, 2),
        "seconds_of_nodes": round(last - first, 2),
        "seconds_of_dbts_end": round(written - last, 2),
        "seconds_of_publication": round(ended - written, 2),
        "seconds_by_kind": {kind: round(seconds, 2) for kind, seconds in kinds.items()},
        "nodes": len(results),
        "slowest": _slowest(results),
    }


def _slowest(results: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    timed = sorted(results, key=lambda node: -float(str(node["execution_time"])))
    return [
        {
            "node": str(node["unique_id"]).split(".", 2)[2],
            "seconds": round(float(str(node["execution_time"])), 2),
        }
        for node in timed[:SLOWEST]
    ]


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
