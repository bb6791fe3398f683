"""The log of runs: every run has its line, whatever becomes of it, and the log never stops a run."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from leadscore.errors import ConfigurationMistakesError, RunFailedError
from leadscore.mistakes import Mistake
from leadscore.runs import history as run_log_module
from leadscore.runs.history import history_path, log_run, read_runs

AS_OF = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return history_path(tmp_path / "a.duckdb")


def no_warning(text: str) -> None:
    raise AssertionError(text)


def test_a_run_that_succeeded(log: Path) -> None:
    with log_run(log, AS_OF, no_warning) as entry:
        assert [run.state for run in read_runs(log)[0]] == ["started"]
        with entry.stage("scoring"):
            pass
        entry.record(kind="full", reason="it is the first", metrics={"scores": 3})
    [run], damaged = read_runs(log)
    assert (run.state, run.as_of, run.kind, run.metrics) == ("succeeded", AS_OF, "full", {"scores": 3})
    assert list(run.stages) == ["scoring"] and run.seconds is not None and run.finished_at is not None
    assert damaged == 0
    assert log.name == "a.duckdb.runs.jsonl"
    assert all(json.loads(line) for line in log.read_text().splitlines())


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (RunFailedError([f"line {n}" for n in range(9)]), "line 0\nline 1\nline 2\nline 3\nline 4"),
        (
            ConfigurationMistakesError([Mistake("rules", 3, "r1", "points", "x", "is no number", None)]),
            "1 mistake in the configuration\nrules, row 3 (r1), points: is no number",
        ),
        (ValueError("odd"), "ValueError: odd"),
        (KeyboardInterrupt(), "interrupted"),
    ],
)
def test_a_run_that_failed_says_why(log: Path, error: BaseException, failure: str) -> None:
    with pytest.raises(type(error)), log_run(log, AS_OF, no_warning):
        raise error
    [run], _ = read_runs(log)
    assert (run.state, run.failure) == ("failed", failure)


def test_a_line_that_was_cut_off_spoils_no_other(log: Path) -> None:
    with log_run(log, AS_OF, no_warning):
        pass
    with log.open("ab") as file:
        file.write(b'{"run_id": "cut\xff')
    with log_run(log, AS_OF, no_warning):
        pass
    runs, damaged = read_runs(log)
    assert [run.state for run in runs] == ["succeeded", "succeeded"]
    assert damaged == 1


@pytest.mark.parametrize("line", ["[]", "null", '{"run_id": 1}', '{"run_id": "x", "started_at": "y"}', "{}"])
def test_lines_that_are_no_runs_are_counted(log: Path, line: str) -> None:
    log.write_text(line + "\n")
    assert read_runs(log) == ([], 1)


def test_the_log_keeps_the_last_runs(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log_module, "RUNS_KEPT", 3)
    for number in range(5):
        with log_run(log, AS_OF, no_warning) as entry:
            entry.record(metrics={"run": number})
    runs, damaged = read_runs(log)
    assert [run.metrics["run"] for run in runs] == [2, 3, 4]
    assert len(log.read_text().splitlines()) == 3 and damaged == 0
    assert [path.name for path in log.parent.iterdir()] == [log.name]


def test_a_log_that_cannot_be_written_stops_no_run(log: Path) -> None:
    log.mkdir()
    warnings: list[str] = []
    done = []
    with log_run(log, AS_OF, warnings.append):
        done.append("scored")
    assert done == ["scored"]
    assert warnings and all("run log" in warning for warning in warnings)
