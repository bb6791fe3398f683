"""Runs as the log tells of them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from leadscore.storage.records import from_json

STARTED, SUCCEEDED, FAILED = "started", "succeeded", "failed"


@dataclass(frozen=True)
class LoggedRun:
    """A run.

    Attributes:
        run_id: Names it.
        process: The process that ran it.
        started_at: When it started.
        as_of: The instant scored for.
        state: started, succeeded or failed.
        finished_at: When it ended.
        seconds: How long it took.
        kind: full or incremental; None: it didn't come that far.
        reason: Why it was a full run.
        failure: What went wrong, its first lines.
        warnings: Tests that warned.
        metrics: What it counted.
        stages: Seconds by stage: scoring (tests included) and publishing.
    """

    run_id: str
    process: int
    started_at: datetime
    as_of: datetime
    state: str = STARTED
    finished_at: datetime | None = None
    seconds: float | None = None
    kind: str | None = None
    reason: str | None = None
    failure: str | None = None
    warnings: int = 0
    metrics: Mapping[str, object] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)


def read_runs(path: Path) -> tuple[list[LoggedRun], int]:
    """The runs of a log, oldest first, and how many of its lines can't be read."""
    runs: dict[str, LoggedRun] = {}
    damaged = 0
    lines = path.read_bytes().splitlines() if path.is_file() else []
    for line in filter(None, lines):
        try:
            run = from_json(LoggedRun, line)
        except ValueError:
            damaged += 1
        else:
            runs[run.run_id] = run
    return list(runs.values()), damaged


def log_line(run: LoggedRun) -> bytes:
    """A run as a line of the log."""
    return json.dumps(asdict(run), default=str, ensure_ascii=False).encode() + b"\n"
