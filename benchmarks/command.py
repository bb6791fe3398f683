"""The real command in a new process, timed, with what dbt says of its nodes."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import time

from leadscore.settings import PROJECT_ROOT

from benchmarks.engine import Engine
from benchmarks.measuring import Details, PeakMemory, processor_seconds

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
        nodes: Whether dbt writes down the seconds of its nodes, for which it takes half a second.
    """

    folder: Path
    engine: Engine
    nodes: bool = False

    @property
    def source(self) -> Path:
        """The generated data, which nothing writes to again."""
        return self.folder / "source.duckdb"

    @property
    def database(self) -> Path:
        """The database of the command."""
        return self.folder / "bench.duckdb"

    @property
    def run_log(self) -> Path:
        """The command's own log of its runs."""
        return self.database.with_name(f"{self.database.name}.runs.jsonl")

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
        details = {"DBT_WRITE_JSON": "true"} if self.nodes else {}
        return os.environ | places | details | self.engine.variables


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


def phases(bench: Bench, began: float, ended: float) -> Details:
    """Where the time of the last run went, by the log of runs, and with `nodes` by dbt's run_results.json.

    Args:
        bench: Where it ran.
        began: When the run, or its process, started.
        ended: When it ended.

    Returns:
        Whether it was a full run or an incremental one and why, what it counted, seconds of its stages; with
        `nodes` also those of each kind of node, over dbt's threads, and the slowest nodes.
    """
    run = json.loads(bench.run_log.read_text(encoding="utf-8").splitlines()[-1])
    stages = {
        "start": _instant(run["started_at"]) - began,
        **run["stages"],
        "end": ended - _instant(run["finished_at"]),
    }
    found: Details = {name: run[name] for name in ("kind", "reason", "metrics")}
    found["stages"] = {stage: round(seconds, 2) for stage, seconds in stages.items()}
    return found | (_nodes(bench) if bench.nodes else {})


def _nodes(bench: Bench) -> Details:
    file = bench.folder / "target" / "run_results.json"
    results = json.loads(file.read_text(encoding="utf-8"))["results"]
    kinds: dict[str, float] = {}
    for node in results:
        kind = node["unique_id"].split(".", 1)[0]
        kinds[kind] = kinds.get(kind, 0.0) + float(node["execution_time"])
    return {
        "seconds_by_kind": {kind: round(seconds, 2) for kind, seconds in kinds.items()},
        "nodes": len(results),
        "slowest": _slowest(results),
    }


def _slowest(results: Iterable[Details]) -> list[Details]:
    timed = sorted(results, key=lambda node: -float(node["execution_time"]))
    return [
        {
            "node": str(node["unique_id"]).split(".", 2)[2],
            "seconds": round(float(node["execution_time"]), 2),
        }
        for node in timed[:SLOWEST]
    ]


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
