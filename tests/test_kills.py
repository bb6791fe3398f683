"""Any command may be killed at any moment: all of what it does is there, or nothing, and it goes on.

`LEADSCORE_COMMAND_KILLS` sets how many are killed (a sixth of them each command), `LEADSCORE_RANDOM` when: a
test is named by its number, which with the same `LEADSCORE_RANDOM` is killed at the same moment.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dice import Dice
from incremental_kills import WHOLE
from receiver import Receiver, receiving
from tiny_project import AS_OF, score, tiny_project
from workspaces import PROJECT

LEADSCORE = Path(sys.executable).with_name("leadscore")
COMMANDS = ("load", "run", "publish", "export", "deliver", "forget")
KILLS = int(os.environ.get("LEADSCORE_COMMAND_KILLS", "100"))
SEED = os.environ.get("LEADSCORE_RANDOM") or "1"
LATER = AS_OF.replace(hour=1).isoformat()
SEGMENTS = (
    "segment_id,title,description,is_active,requires_consent\nlocal,Local,,,false\nscored,Scored,,,false\n"
)
CONDITIONS = (
    "segment_id,clause,field,operator,value\nlocal,1,contact.city,=,Utrecht\nscored,1,score.lead,>=,1\n"
)
LOADED_ROWS = 100_000
# What a run that nobody kills leaves, but for ids of entries.
RESULTS = {
    "contact_scores": "*",
    "fct_score_ledger": "* exclude (entry_id)",
    "segment_members": "segment_id, contact_id",
}


@dataclass
class Place:
    """A folder with a database, its publication, exports and deliveries, all as they were before a command.

    Attributes:
        folder: Where it is.
        url: The receiver of deliveries.
        seconds: Command -> how long it takes if nobody kills it.
        expected: The results of the run that is killed.
    """

    folder: Path
    url: str
    seconds: dict[str, float] = field(default_factory=dict)
    expected: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LEADSCORE_DATABASE": str(self.folder / "tiny.duckdb"),
            "LEADSCORE_PUBLISHED": str(self.folder / "published"),
            "LEADSCORE_SEEDS": str(self.folder / "seeds"),
            "LEADSCORE_PARQUET": "all",
            "LEADSCORE_WEBHOOK_URL": f"{self.url}/hook",
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "HOME": str(self.folder),
        }

    def command(self, name: str) -> list[str]:
        arguments = {
            "load": ["load", "events", "new.csv"],
            "run": ["run", "--as-of", LATER],
            "publish": ["run", "--as-of", LATER],
            "export": ["export", "--changes", "--output", "out"],
            "deliver": ["deliver", "segment_webhook", "--syncs", "syncs"],
            "forget": ["forget", "ann", "--yes", "--exports", "out"],
        }[name]
        return [str(LEADSCORE), *arguments]

    def copied(self, folder: Path, url: str) -> Place:
        shutil.copytree(self.folder, folder, symlinks=True)
        # The copy has exported nothing yet: where the original did isn't its to search.
        for register in folder.glob("*.folders.jsonl"):
            register.unlink()
        return Place(folder, url, self.seconds, self.expected)

    def run(self, name: str) -> str:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(name),
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def kill(self, name: str, after: float) -> bool:
        """Start a command and kill it; whether it was still running."""
        with subprocess.Popen(
            self.command(name), env=self.environment, cwd=self.folder, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            time.sleep(after)
            running = process.poll() is None
            if running:
                os.killpg(process.pid, signal.SIGKILL)
        return running

    def rows(self, query: str, database: str = "tiny.duckdb") -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def published(self, query: str) -> list[tuple[Any, ...]]:
        return self.rows(query, "published/leadscore.duckdb")

    def results(self) -> dict[str, list[Any]]:
        return {
            mart: self.published(f"select {columns} from marts.{mart} order by all")
            for mart, columns in RESULTS.items()
        }


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Place:
    """After a run, an export and a delivery; with rows that the next run will score, and a file to load."""
    folder = tmp_path_factory.mktemp("before") / "place"
    folder.mkdir()
    with tiny_project(folder) as settings:
        (settings.seeds / "segments.csv").write_text(SEGMENTS, encoding="utf-8")
        (settings.seeds / "segment_conditions.csv").write_text(CONDITIONS, encoding="utf-8")
        score(settings)
    (folder / "syncs").mkdir()
    sync = yaml.safe_load((PROJECT / "syncs" / "segment_webhook.yml").read_text(encoding="utf-8"))
    sync["sync"]["rate_limit"] = {"requests_per_second": 0}
    (folder / "syncs" / "segment_webhook.yml").write_text(yaml.safe_dump(sync), encoding="utf-8")
    with (folder / "new.csv").open("w", encoding="utf-8") as file:
        file.write("event_id,event_type,occurred_at,contact_id\n")
        file.writelines(f"new-{n},page_view,2026-05-01,d'arcy\n" for n in range(LOADED_ROWS))
    place = Place(folder, receiver.url)
    place.run("export")
    with duckdb.connect(str(folder / "tiny.duckdb")) as connection:
        connection.execute(
            "insert into raw.events by name select 'more ' || contact_id as event_id, "
            "'email_open' as event_type, '2026-06-01 00:30:00' as occurred_at, contact_id, "
            "timestamp '2026-06-01 00:40:00' as loaded_at from (select distinct contact_id from raw.contacts)"
        )
    # How long each takes and what the run gives, each on a copy of its own.
    for name in COMMANDS:
        copy = place.copied(folder.with_name(f"timed {name}"), receiver.url)
        if name in ("export", "deliver"):
            copy.run("run")
        began = time.monotonic()
        copy.run(name)
        place.seconds[name] = time.monotonic() - began
        if name == "run":
            place.expected = copy.results()
    return place


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(KILLS))
def test_a_command_that_is_killed_leaves_all_or_nothing_and_goes_on(
    before: Place, receiver: Receiver, tmp_path: Path, number: int
) -> None:
    name = COMMANDS[number % len(COMMANDS)]
    share = Dice(f"{SEED} {number}").random()
    place = before.copied(tmp_path / "place", receiver.url)
    receiver.forget()
    if name in ("export", "deliver"):
        place.run("run")
    # A run publishes at its end.
    share = 0.6 + 0.4 * share if name == "publish" else share
    place.kill(name, share * before.seconds[name])
    CHECKS[name](place, receiver)


def check_load(place: Place, receiver: Receiver) -> None:
    count = "select count(*) from raw.events where event_id like 'new-%'"
    assert place.rows(count) in ([(0,)], [(LOADED_ROWS,)])
    place.run("load")
    assert place.rows(count) == [(LOADED_ROWS,)]


def check_run(place: Place, receiver: Receiver) -> None:
    [[as_of, scores]] = place.published(
        "select cast(any_value(as_of) as varchar), count(*) from marts.contact_scores "
        "having count(distinct as_of) = 1"
    )
    assert as_of in ("2026-06-01 00:00:00", "2026-06-01 01:00:00")
    assert place.published("select value from marts.run_summary where metric = 'scores'") == [(scores,)]
    assert place.published(WHOLE) == []
    for file in (place.folder / "published").glob("*.parquet"):
        duckdb.read_parquet(str(file)).fetchall()
    place.run("run")
    assert place.results() == place.expected


def check_export(place: Place, receiver: Receiver) -> None:
    check_files(place)
    place.run("export")
    check_files(place)
    last = place.published("select max(run_number) from marts.segment_changes")
    for manifest in (place.folder / "out").glob("*.manifest.json"):
        assert [(json.loads(manifest.read_text(encoding="utf-8"))["exported_through"],)] == last


def check_files(place: Place) -> None:
    """Every file that a manifest names is there, whole; none is there that no manifest names."""
    folder = place.folder / "out"
    named = set()
    for manifest in folder.glob("*.manifest.json"):
        for file in json.loads(manifest.read_text(encoding="utf-8"))["files"].values():
            named.add(file["name"])
            digest = hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest()
            assert digest == file["sha256"], file["name"]
    assert {file.name for file in folder.glob("*.csv")} <= named


def check_deliver(place: Place, receiver: Receiver) -> None:
    place.run("deliver")
    keys = [request.headers["idempotency-key"] for request in receiver.accepted]
    members = place.published("select segment_id, contact_id from marts.segment_members order by all")
    told = sorted({(request.body["segment_id"], request.body["contact_id"]) for request in receiver.accepted})
    assert told == members
    assert len(set(keys)) == len(members)
    assert len(keys) <= len(members) + 1, "only the row that was on its way is sent again"


def check_forget(place: Place, receiver: Receiver) -> None:
    place.run("forget")
    assert place.rows("select distinct contact_id from raw.contacts order by all") == [
        ("bob",), ("cleo",), ("d'arcy",), ("gone",)
    ]  # fmt: skip
    people = place.published("select distinct contact_id from marts.contact_scores order by all")
    assert people == [("bob",), ("cleo",), ("d'arcy",)]
    leftovers = {file.name for file in place.folder.glob("tiny.duckdb.*")}
    assert not {name for name in leftovers if name.endswith((".tmp", ".json", ".new"))}, leftovers


CHECKS = {
    "load": check_load,
    "run": check_run,
    "publish": check_run,
    "export": check_export,
    "deliver": check_deliver,
    "forget": check_forget,
}
