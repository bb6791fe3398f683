"""`leadscore run --every`: ticks, log lines, signals, and what other processes may do meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
from leadscore.commands import run as command
from leadscore.commands.options import interval
from leadscore.errors import ConfigurationMistakesError, RunFailedError, UsageMistakeError
from leadscore.mistakes import Mistake
from leadscore.output.log import EventLog, LogFormat
from leadscore.runs import loop
from leadscore.runs.loop import Stop, repeat, stop_at_signal
from leadscore.settings import Settings
from leadscore.storage.lock import LockWait, hold_lock
from tiny_project import tiny_project

LEADSCORE = Path(sys.executable).with_name("leadscore")
SECONDS = 120
Lines = list[dict[str, Any]]


@pytest.mark.parametrize(
    ("written", "seconds"), [("30s", 30), ("5m", 300), (" 1h ", 3600), ("90 m", 5400), ("999999s", 999999)]
)
def test_an_interval_is_a_number_and_a_unit(written: str, seconds: int) -> None:
    assert interval(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "5", "m", "0s", "-5m", "1.5h", "5d", "5 minutes", "5m 3s", "9999999s"]
)
def test_what_is_not_an_interval_is_refused(written: str) -> None:
    with pytest.raises(typer.BadParameter):
        interval(written)


def signalled(work: Callable[[int], None], *, at: int = 3) -> list[int]:
    """Repeat work every 0.05 s; at its third time this process gets SIGTERM, as `timeout` sends it: twice."""
    times: list[int] = []

    def one() -> None:
        times.append(len(times))
        if len(times) == at:
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)
        work(len(times))

    with stop_at_signal(lambda: None) as stop:
        repeat(0.05, one, stop)
    return times


def test_a_signal_lets_the_current_run_finish_and_ends_the_loop() -> None:
    finished: list[int] = []
    before = signal.getsignal(signal.SIGTERM)
    assert signalled(finished.append) == [0, 1, 2]
    assert finished == [1, 2, 3]
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("takes", "starts"), [(2, [0, 5, 10, 15]), (5, [0, 10, 20, 30]), (12, [0, 15, 30, 45])]
)
def test_work_begins_at_ticks_and_skips_those_that_it_overruns(
    monkeypatch: pytest.MonkeyPatch, takes: float, starts: list[float]
) -> None:
    now = 0.0
    begun: list[float] = []

    class Waits(Stop):
        def wait_until(self, instant: float) -> None:
            nonlocal now
            assert instant > now
            now = instant

    def work() -> None:
        nonlocal now
        begun.append(now)
        now += takes
        if len(begun) == len(starts):
            stop.ask()

    stop = Waits()
    monkeypatch.setattr(loop, "monotonic", lambda: now)
    repeat(5, work, stop)
    assert begun == starts


def test_a_second_signal_stops_at_once() -> None:
    code = (
        "import sys, time\n"
        "from leadscore.runs.loop import repeat, stop_at_signal\n"
        "with stop_at_signal(lambda: print('first', flush=True)) as stop:\n"
        "    repeat(1, lambda: (print('working', flush=True), time.sleep(60)), stop)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for told in ("working", "first"):
        if told == "first":
            process.send_signal(signal.SIGTERM)
        assert process.stdout.readline().strip() == told
    time.sleep(1.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == -signal.SIGTERM


FAILURES = [
    RunFailedError("no luck", "Try later."),
    ConfigurationMistakesError([Mistake("scoring_rules", 2, "r", "points", "x", "is not a number", None)]),
    MemoryError(),
    duckdb.IOException("the disk is full"),
    ZeroDivisionError("one\nof ours"),
]


def told_in_loop(
    capsys: pytest.CaptureFixture[str], form: LogFormat, error: Exception, extra: Exception | None = None
) -> list[str]:
    """What a loop of three ticks tells, the first of which fails."""
    ticks: list[int] = []

    def score(_say: Callable[[str], None], _patience: LockWait) -> Any:
        ticks.append(1)
        if len(ticks) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        raise error if len(ticks) == 1 or extra is None else extra

    command._keep_running(0.05, score, LockWait(), EventLog(form))
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_whatever_fails_is_logged_on_a_line_and_tried_again(
    capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    lines = [json.loads(line) for line in told_in_loop(capsys, LogFormat.JSON, error)]
    failed = [line for line in lines if line["event"] == "run_failed"]
    assert len(failed) == 3
    assert all(line["level"] == "error" and line["next_try_seconds"] == 0.05 for line in failed)
    assert str(error) in failed[0]["message"]
    expected = isinstance(error, RunFailedError | ConfigurationMistakesError)
    assert ("traceback" in failed[0]) != expected
    mistakes = [line["message"] for line in lines if line["event"] == "configuration_mistake"]
    assert bool(mistakes) == isinstance(error, ConfigurationMistakesError)
    assert lines[-1]["event"] == "stopped"


def test_a_line_of_text_has_an_instant_a_level_what_failed_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told_in_loop(capsys, LogFormat.TEXT, FAILURES[0], FAILURES[-1])
    failed = [line.split(" ", 1) for line in lines if "failed" in line]
    assert len(failed) == 3
    assert failed[0][1] == "ERROR   run failed: no luck - Try later."
    assert failed[1][1].startswith("ERROR   run failed: ZeroDivisionError: one of ours (test_every.py, line ")
    assert all(len(instant) == 24 and instant.endswith("Z") for instant, _ in failed)


def test_bad_usage_ends_the_loop_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageMistakeError):
        told_in_loop(capsys, LogFormat.TEXT, UsageMistakeError("no such thing"))


def test_a_signal_ends_the_wait_for_another_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def score(say: Callable[[str], None], patience: LockWait) -> Any:
        threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
        with hold_lock(tmp_path / "a.lock", "run", say, patience.seconds, patience.give_up):
            raise AssertionError("the lock is held")

    with hold_lock(tmp_path / "a.lock", "load", print):
        began = time.monotonic()
        command._keep_running(60, score, LockWait(60), EventLog(LogFormat.TEXT))
        assert time.monotonic() - began < 10
    told = capsys.readouterr().err
    assert "waiting: Waiting at most 60 s for `leadscore load` (process" in told
    assert "failed" not in told


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with tiny_project(tmp_path_factory.mktemp("every")) as settings:
        yield settings


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [LEADSCORE, "run", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def heard(process: subprocess.Popen[str], event: str) -> dict[str, Any]:
    """The next log line that tells of an event."""
    assert process.stderr is not None
    for text in process.stderr:
        line: dict[str, Any] = json.loads(text)
        if line["event"] == event:
            return line
    raise AssertionError(f"it ended without {event}")


@pytest.mark.end_to_end
def test_a_loop_goes_on_after_a_mistake_lets_others_write_and_ends_with_0(tiny: Settings) -> None:
    seed = tiny.seeds / "score_bands.csv"
    good = seed.read_bytes()
    seed.write_bytes(good + b"lead,too,few,cells\n")
    process = started("--every", "1s", "--log-format", "json")

    mistake = heard(process, "configuration_mistake")
    assert "score_bands, row 4" in mistake["message"]
    assert heard(process, "run_failed")["advice"].startswith("Correct these rows")
    seed.write_bytes(good)
    first = heard(process, "run_finished")
    # Between two ticks the database is free for whoever asks.
    with hold_lock(tiny.lock, "load", print, SECONDS), duckdb.connect(str(tiny.database)) as connection:
        connection.execute(
            "insert into raw.contacts (contact_id, created_at, loaded_at) "
            "values ('new', '2026-01-02', timestamp '2026-05-02')"
        )
    second = heard(process, "run_finished")
    while second["contacts"] == first["contacts"]:
        second = heard(process, "run_finished")
    heard(process, "run_started")
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=SECONDS)

    assert process.returncode == 0
    assert second["contacts"] == first["contacts"] + 1
    assert second["seconds"] < 60
    events = [json.loads(line)["event"] for line in rest.splitlines()]
    assert events[-2:] == ["run_finished", "stopped"], "the run that was under way is finished"
    assert "run_failed" not in events


@pytest.mark.end_to_end
def test_a_run_is_refused_while_another_is_at_work_but_not_by_one_that_was_killed(tiny: Settings) -> None:
    process = started("--every", "1s", "--log-format", "json")
    heard(process, "run_started")
    while not tiny.lock.exists() or f"process {process.pid}" not in tiny.lock.read_text(encoding="utf-8"):
        time.sleep(0.05)

    refused = started("--no-wait")
    _, told = refused.communicate(timeout=SECONDS)
    process.kill()
    process.communicate()

    assert refused.returncode == 1
    assert f"`leadscore run` (process {process.pid}, since 20" in told
    assert f"process {process.pid}" in tiny.lock.read_text(encoding="utf-8"), "it left its lock behind"
    after = started("--no-wait", "--log-format", "json")
    _, told = after.communicate(timeout=SECONDS)
    assert after.returncode == 0, told
    assert [json.loads(line)["event"] for line in told.splitlines()] == ["run_started", "run_finished"]
