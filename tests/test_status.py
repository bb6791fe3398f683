"""`leadscore status`: how it stands, at every moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest
from leadscore.cli import app
from leadscore.errors import RunFailedError
from leadscore.publication.publish import publish
from leadscore.runs.history import history_path, log_run
from leadscore.storage.database import open_database
from leadscore.text import ago, in_words
from scored_databases import ScoredDatabase
from typer.testing import CliRunner

AS_OF = datetime(2026, 3, 31, tzinfo=UTC)
HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import duckdb
from leadscore.storage.lock import hold_lock
from leadscore.runs.history import log_run, history_path
database = Path(sys.argv[1])
with hold_lock(Path(f"{database}.lock"), sys.argv[2], print), duckdb.connect(str(database)):
    with log_run(history_path(database), datetime(2026, 4, 1, tzinfo=UTC), print):
        print("held", flush=True)
        input()
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScoredDatabase:
    scored = ScoredDatabase(tmp_path)
    monkeypatch.setenv("LEADSCORE_DATABASE", str(scored.settings.database))
    monkeypatch.delenv("LEADSCORE_PUBLISHED", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return scored


def status(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["status", *arguments])
    assert result.exit_code == 0, result.output
    return str(result.stdout if "--json" in arguments else result.output)


def told(*arguments: str) -> dict[str, Any]:
    return dict(json.loads(status("--json", *arguments)))


def fill(database: ScoredDatabase) -> None:
    database.full_run()
    database.execute(
        "create table marts.run_summary as from (values ('rejected_rows', 7, 'problems of raw rows', 1), "
        "('activities_waiting', 2, 'of contacts that are not there', 2)) "
        "as t(metric, value, description, place)",
        "create schema raw",
        "create table raw.events as select '2026-03-0' || i || 'T00:00:00+02:00' as occurred_at, "
        "timestamp '2026-03-20' as loaded_at from range(1, 4) as r(i)",
        "insert into raw.events values ('not a time', null)",
        "create table raw.contacts as select 'x' as contact_id",
    )
    publish(database.settings, lambda _: None)


def run(database: ScoredDatabase, failure: str = "") -> None:
    """What the log keeps of a run."""
    try:
        with log_run(history_path(database.settings.database), AS_OF, print) as entry:
            entry.record(kind="incremental")
            if failure:
                raise RunFailedError(failure.split("\n"))
    except RunFailedError:
        pass


@contextmanager
def process_with_the_lock(database: ScoredDatabase, command: str = "run") -> Iterator[subprocess.Popen[str]]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database.settings.database), command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        holder.kill()
        holder.communicate()


def test_before_anything_it_says_so_and_makes_nothing(database: ScoredDatabase) -> None:
    shown = status()
    assert "No run has been logged yet" in shown and "no database yet" in shown
    assert "Nothing is published yet" in shown
    assert list(database.settings.database.parent.iterdir()) == []
    found = told()
    assert (found["last_run"], found["publication"], found["raw"]) == (None, None, None)


def test_it_tells_what_is_published_what_waits_and_how_fresh_the_raw_tables_are(
    database: ScoredDatabase,
) -> None:
    fill(database)
    run(database)
    found = told()
    assert found["metrics"] == {"rejected_rows": 7, "activities_waiting": 2}
    assert found["as_of"] == f"{database.as_of.isoformat()}+00:00"
    assert found["as_of_age_seconds"] > 0
    assert found["publication"]["kind"] == "full" and found["publication"]["age_seconds"] < 60
    assert found["publication"]["marts"]["contact_scores"]["rows"] == 300
    assert found["raw"] == {
        "contacts": {"rows": 1, "loaded_at": None, "happened_at": None, "later": 0},
        "events": {
            "rows": 4,
            "loaded_at": "2026-03-20T00:00:00+00:00",
            "happened_at": "2026-03-02T22:00:00+00:00",
            "later": 0,
        },
    }
    assert (found["last_run"]["state"], found["failures_since_success"]) == ("succeeded", 0)
    shown = status()
    for text in ("Last run: succeeded", "incremental", "rejected_rows", "2026-01-01 00:05:00 UTC", "events"):
        assert text in shown


@pytest.mark.parametrize("kind", ["varchar", "timestamp", "timestamptz"])
@pytest.mark.parametrize("past", [timedelta(0), timedelta(hours=1), timedelta(days=400)])
def test_what_is_still_to_come_is_not_the_newest(
    database: ScoredDatabase, kind: str, past: timedelta
) -> None:
    """However many rows lie ahead, an hour or 99 years, and with whatever offset they are written."""
    now = datetime.now(UTC).replace(microsecond=0)
    then = now - past - timedelta(seconds=1)
    ahead = [now + timedelta(hours=1), now + timedelta(days=36_000)]
    instants = [then, then - timedelta(days=1), *ahead * 600]
    zones = [timezone(timedelta(hours=hours)) for hours in (0, 14, -12)]
    written = [instant.astimezone(zones[place % 3]).isoformat() for place, instant in enumerate(instants)]
    more = ["infinity"] if kind != "varchar" else ["infinity", "not a time"]
    database.execute(
        "create schema raw", f"create table raw.events (occurred_at {kind}, loaded_at timestamp)"
    )
    with open_database(database.settings.database) as opened:
        opened.execute(
            f"insert into raw.events select cast(cast(t as timestamptz) at time zone 'UTC' as {kind}), null "
            "from unnest($1) as r(t)" if kind == "timestamp" else
            f"insert into raw.events select cast(t as {kind}), null from unnest($1) as r(t)",
            [[*written, *more]],
        )  # fmt: skip
    raw = told()["raw"]["events"]
    assert raw == {
        "rows": len(written) + len(more), "loaded_at": None, "happened_at": then.isoformat(), "later": 1200,
    }  # fmt: skip
    assert "1,200" in status() and "in 98 years" not in status()


@pytest.mark.parametrize("kind", ["varchar", "timestamp"])
def test_a_contact_that_was_never_updated_is_as_new_as_it_is(database: ScoredDatabase, kind: str) -> None:
    blank, around = ("'\u00a0'", " ") if kind == "varchar" else ("null", "")
    database.execute(
        "create schema raw",
        f"create table raw.contacts (created_at {kind}, updated_at {kind})",
        f"""
        insert into raw.contacts values
            ('2026-01-01', '2026-01-04'), ('2026-01-05{around}', {blank}), ('{around}2026-01-03', null),
            ('2026-01-09', '2026-01-02'), ('2125-01-01', null), ('2026-01-01', '2125-01-01'), (null, null)
        """,
    )
    assert told()["raw"]["contacts"] == {
        "rows": 7, "loaded_at": None, "happened_at": "2026-01-05T00:00:00+00:00", "later": 2,
    }  # fmt: skip


def test_failures_are_counted_since_the_last_success(database: ScoredDatabase) -> None:
    for failure in ("first", "", "second\nmore", "third"):
        run(database, failure)
    found = told("--runs", "2")
    assert found["failures_since_success"] == 2
    assert [one["failure"] for one in found["runs"]] == ["third", "second\nmore"]
    assert found["last_success"]["state"] == "succeeded"
    assert "2 runs failed since the last success" in status() and "third" in status()


def test_a_run_that_goes_on_is_told_apart_from_one_that_was_killed(database: ScoredDatabase) -> None:
    fill(database)
    with process_with_the_lock(database) as holder:
        found = told()
        assert found["is_running"] and found["last_run"]["state"] == "running"
        assert f"process {holder.pid}" in found["in_use_by"]
        assert found["raw"] is None and any("can't be read now" in text for text in found["notes"])
        assert found["metrics"], "what is published can be read at any time"
    found = told()
    assert not found["is_running"] and found["last_run"]["state"] == "did not finish"
    assert found["failures_since_success"] == 1
    assert found["raw"] is not None
    with process_with_the_lock(database, "load events"):
        assert "In use by `leadscore load events`" in status()


def test_a_database_that_something_else_has_open_and_a_damaged_log_are_noted(
    database: ScoredDatabase,
) -> None:
    fill(database)
    run(database)
    with history_path(database.settings.database).open("a") as log:
        log.write("{half a line")
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(database.settings.database)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None and other.stdout.readline() == "held\n"
    try:
        found = told()
    finally:
        other.communicate("\n", timeout=20)
    assert found["raw"] is None and found["last_run"]["state"] == "succeeded"
    assert any("1 line of the run log" in text for text in found["notes"])
    assert any("open in another process" in text for text in found["notes"])


def test_what_can_not_be_read_is_noted(database: ScoredDatabase) -> None:
    database.settings.database.write_bytes(b"no database")
    database.settings.published.mkdir()
    database.settings.published_database.write_bytes(b"no database")
    found = told()
    assert len([text for text in found["notes"] if "can't be" in text]) == 2


def test_it_takes_no_lock_and_makes_no_file(
    database: ScoredDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    before = set(database.settings.database.parent.iterdir())

    def taken(*_: object, **__: object) -> None:
        raise AssertionError("a lock")

    monkeypatch.setattr("filelock.FileLock.acquire", taken)
    assert told()["raw"] is not None
    assert set(database.settings.database.parent.iterdir()) == before


@pytest.mark.parametrize("own", [True, False])
def test_a_lock_that_a_killed_process_left_tells_of_nobody(database: ScoredDatabase, own: bool) -> None:
    fill(database)
    process = os.getpid() if own else 2**22 + 1  # the latter is no process's number
    database.settings.lock.write_text(f"`leadscore run` (process {process}, since 2026-01-01T00:00:00+00:00)")
    found = told()
    assert found["in_use_by"] is None and found["raw"] is not None


def test_who_writes_waits_for_who_reads(database: ScoredDatabase) -> None:
    fill(database)
    code = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print('open', flush=True); time.sleep(1)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(database.settings.database)], stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None and reader.stdout.readline() == "open\n"
    with open_database(database.settings.database) as opened:
        assert opened.value("select count(*) from raw.events") == 4
    reader.communicate(timeout=20)


def test_whoever_begins_meanwhile_finds_the_database_closed(
    database: ScoredDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    holders = iter([None, "`leadscore run` (process 7, since now)"])
    monkeypatch.setattr("leadscore.runs.status.holder", lambda _: next(holders))
    found = told()
    assert found["in_use_by"] == "`leadscore run` (process 7, since now)" and found["raw"] is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"), (1.9, "1 second"), (59, "59 seconds"), (60, "1 minute"), (3599, "59 minutes"),
        (7200, "2 hours"), (86_400, "1 day"), (31_536_000 * 2, "2 years"),
    ],
)  # fmt: skip
def test_ages_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
    assert ago(AS_OF, AS_OF + timedelta(seconds=seconds)) == f"{words} ago"
    assert ago(AS_OF + timedelta(seconds=60), AS_OF) == "in 1 minute"


def test_duckdb_is_not_left_open(database: ScoredDatabase) -> None:
    fill(database)
    status()
    with duckdb.connect(str(database.settings.database)) as connection:
        assert connection.execute("create table marts.more as select 1 as x").fetchall() == [(1,)]
