"""The log of runs: a line of JSON when a run starts and one when it ends, beside the database.

It can be read while a run holds the database, and a run that was killed shows by its missing end.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from leadscore.errors import ConfigurationMistakesError, LeadscoreError
from leadscore.storage.files import write_atomically
from leadscore.storage.records import from_json
from leadscore.text import one_line

STARTED, SUCCEEDED, FAILED = "started", "succeeded", "failed"
RUNS_KEPT = 1000
LINES_OF_FAILURE = 5


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


class RunEntry:
    """A run that goes on, for what becomes known of it."""

    def __init__(self, run: LoggedRun) -> None:
        self.run = run

    def record(self, **known: object) -> None:
        """Keep what is known now: fields of `LoggedRun`."""
        self.run = replace(self.run, **known)  # type: ignore[arg-type]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage, however it ends."""
        began = monotonic()
        try:
            yield
        finally:
            self.record(stages={**self.run.stages, name: round(monotonic() - began, 1)})


def history_path(database: Path) -> Path:
    """The file with the log of a database's runs."""
    return database.with_name(f"{database.name}.runs.jsonl")


@contextmanager
def log_run(path: Path, as_of: datetime, warn: Callable[[str], None]) -> Iterator[RunEntry]:
    """Log a run, whatever becomes of it; hold the lock of its database meanwhile.

    Args:
        path: The log.
        as_of: The instant scored for.
        warn: Is told if the log can't be written, which doesn't stop the run.
    """
    began, started = monotonic(), datetime.now(UTC)
    run_id = f"{started:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}"
    entry = RunEntry(LoggedRun(run_id, os.getpid(), started, as_of))
    _append(path, entry.run, warn)
    state: dict[str, object] = {"state": FAILED, "failure": "interrupted"}
    try:
        yield entry
        state = {"state": SUCCEEDED}
    except Exception as error:
        state["failure"] = _first_lines(error)
        raise
    finally:
        entry.record(**state, finished_at=datetime.now(UTC), seconds=round(monotonic() - began, 1))
        _append(path, entry.run, warn)
        _trim(path, warn)


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


def _append(path: Path, run: LoggedRun, warn: Callable[[str], None]) -> None:
    try:
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # the process that wrote it was killed meanwhile
                    file.write(b"\n")
            file.write(log_line(run))
    except OSError as error:
        warn(f"The run log can't be written: {error}")


def _trim(path: Path, warn: Callable[[str], None]) -> None:
    """Keep the last runs, a line each."""
    try:
        runs, _ = read_runs(path)
        if len(runs) > RUNS_KEPT:
            _rewrite(path, runs[-RUNS_KEPT:])
    except OSError as error:
        warn(f"The run log can't be shortened: {error}")


def _rewrite(path: Path, runs: Iterable[LoggedRun]) -> None:
    path = path.resolve()  # a log that is kept elsewhere is shortened there
    write_atomically(path, b"".join(map(log_line, runs)), beside=path.with_name(f"{path.name}.tmp"))


def _first_lines(error: Exception) -> str:
    lines = [f"{type(error).__name__}: {error}"]
    if isinstance(error, LeadscoreError):
        lines = error.message.splitlines()
    if isinstance(error, ConfigurationMistakesError):
        lines += map(str, error.mistakes)
    return "\n".join(one_line(line, longest=500) for line in lines[:LINES_OF_FAILURE])
