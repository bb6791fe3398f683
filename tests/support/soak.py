"""Hours of ordinary life in one: `make soak`, or `python tests/support/soak.py [--minutes 60] [--seed N]`.

`leadscore run --every 5s` goes on while loads, edits, edited seeds, exports, deliveries and readers come in
random order. At the end everything equals a full refresh of the same raw rows, no reader has failed and no
command that should have worked, and nothing has grown without bound: memory, open files, publications, the
database beside a fresh one of the same rows.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from dice import Dice
from incremental_kills import WHOLE
from incremental_project import Increments
from receiver import receiving
from tiny_project import SEEDS as TINY_SEEDS
from workspaces import PROJECT, write_seeds

LEADSCORE = Path(sys.executable).with_name("leadscore")
PEOPLE = [f"c{number}" for number in range(300)]
# Who is never merged away, so that there is always somebody to explain.
KEPT = PEOPLE[0]
SEEDS: dict[str, Any] = {
    **TINY_SEEDS,
    "segments": [{"segment_id": "local", "title": "Local"}, {"segment_id": "warm", "title": "Warm"}],
    "segment_conditions": [
        {"segment_id": "local", "clause": "1", "field": "contact.city", "operator": "=", "value": "Utrecht"},
        {"segment_id": "warm", "clause": "1", "field": "score.lead", "operator": ">=", "value": "15"},
    ],
}
# What may grow at all may be so many times in the last quarter what it was in the second.
GROWTH = 1.3


class Soak:
    """A folder, what is done in it, and what came of it."""

    def __init__(self, folder: Path, seed: str, url: str) -> None:
        self.folder = folder
        self.dice = Dice(seed)
        (folder / "project").mkdir()
        self.increments = Increments(folder / "project")
        self.published = folder / "published" / "leadscore.duckdb"
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self.numbers = 0
        self.edits: list[str] = []
        self.environment = {
            **os.environ,
            "LEADSCORE_DATABASE": str(self.increments.database),
            "LEADSCORE_PUBLISHED": str(self.published.parent),
            "LEADSCORE_SEEDS": str(self.increments.seeds),
            "LEADSCORE_WEBHOOK_URL": f"{url}/hook",
            "DBT_TARGET_PATH": str(folder / "target of the command"),
            "DBT_LOG_PATH": str(folder / "logs of the command"),
            "HOME": str(folder),
        }

    def command(self, *arguments: str) -> str | None:
        """Run a command that has to succeed; what it prints, or None if it failed."""
        done = subprocess.run(
            [LEADSCORE, *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.done[arguments[0]] += 1
        if done.returncode != 0:
            self.failed.append(f"{' '.join(arguments)}: {done.returncode}: {done.stderr.strip()[-500:]}")
            return None
        return done.stdout

    def load_events(self) -> None:
        """New events, some of them late, some of people whom nobody knows."""
        now = datetime.now(UTC)
        kinds = ["email_open", "email_click", "page_view", "complaint"]
        self._load(
            "events",
            "event_id,event_type,occurred_at,contact_id,anonymous_id",
            [
                f"e{self._number()},{self.dice.choice(kinds)},"
                f"{(now - timedelta(days=self.dice.choice([0, 0, 0, 1, 40]), seconds=n)).isoformat()},"
                f"{self.dice.choice([*PEOPLE, '', 'stranger'])},{self.dice.choice(['', '', 'v1', 'v2'])}"
                for n in range(self.dice.randint(1, 60))
            ],
        )

    def load_contacts(self) -> None:
        """New people, and people who moved or were merged."""
        now = datetime.now(UTC).isoformat()
        self._load(
            "contacts",
            "contact_id,created_at,updated_at,job_title,city,email,email_consent,merged_into",
            [
                f"{name},2026-01-01,{now},{self.dice.choice(['CEO', ''])},"
                f"{self.dice.choice(['Utrecht', 'Delft'])},{name}@example.com,true,"
                f"{self.dice.choice(PEOPLE) if name != KEPT and self.dice.rarely() else ''}"
                for name in [KEPT, *self.dice.some(PEOPLE[1:], 1, 20)]
            ],
        )

    def adjust(self) -> None:
        """An edit by hand, or one taken back."""
        if self.edits and self.dice.likely(3):
            self.command("adjust", "--delete", self.edits.pop())
            return
        points = str(self.dice.randint(1, 30))
        contact = self.dice.choice(PEOPLE)
        told = self.command("adjust", contact, "add", points, "--model", "lead", "--note", "met", "--json")
        if told:
            self.edits.append(str(json.loads(told)["adjustment_id"]))

    def edit_seeds(self) -> None:
        """Another number of points for a rule."""
        rules = [{**rule} for rule in SEEDS["scoring_rules"]]
        self.dice.choice(rules)["points"] = str(self.dice.randint(1, 9))
        written = write_seeds(self.folder / "edited", {**SEEDS, "scoring_rules": rules})
        # As editors save: at once.
        (written / "scoring_rules.csv").replace(self.increments.seeds / "scoring_rules.csv")
        self.done["edited seeds"] += 1

    def export(self) -> None:
        """Files for tools, of what changed or of everybody."""
        options = self.dice.choice(
            [["--changes", "--allow-removals"], ["--full"], ["--preset", "meta"], ["--format", "jsonl"]]
        )
        self.command("export", *options, "--output", "-".join(["out", *options]).replace("--", ""))

    def deliver(self) -> None:
        """What changed, to a receiver."""
        self.command("deliver", "segment_webhook", "--allow-removals")

    def ask(self) -> None:
        """What people ask."""
        self.command(*self.dice.choice([["status"], ["scores", "--json"], ["explain", KEPT], ["validate"]]))

    def read(self) -> None:
        """A reader of the published file, who sees one run, whole."""
        self.done["reader"] += 1
        try:
            with duckdb.connect(str(self.published), read_only=True) as reader:
                instants = reader.execute("select count(distinct as_of) from marts.contact_scores").fetchall()
                halves = reader.execute(WHOLE).fetchall()
                summary = reader.execute(
                    "select value = (select count(*) from marts.contact_scores) from marts.run_summary "
                    "where metric = 'scores'"
                ).fetchall()
        except duckdb.Error as error:
            self.failed.append(f"reader: {error}")
            return
        if (instants, halves, summary) != ([(1,)], [], [(True,)]):
            self.failed.append(f"reader: {instants} {halves} {summary}")

    def _load(self, table: str, header: str, lines: list[str]) -> None:
        file = self.folder / f"{table}-{self._number()}.csv"
        file.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        self.command("load", table, str(file))
        file.unlink()

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    @property
    def actions(self) -> list[Callable[[], None]]:
        """What may happen, as often as it does in life."""
        return [
            *[self.load_events] * 6, *[self.read] * 6, *[self.ask] * 3, *[self.adjust] * 2,
            self.load_contacts, self.export, self.export, self.deliver, self.edit_seeds,
        ]  # fmt: skip


def measured(process: int, soak: Soak) -> dict[str, float]:
    """What could grow, at this moment."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    [resident] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    kept = [path for path in soak.published.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    return {
        "resident MB": round(int(resident) / 1024),
        "open files": len(list(Path(f"/proc/{process}/fd").iterdir())),
        "published files": len(kept),
        "published MB": round(sum(path.stat().st_size for path in kept) / 2**20, 1),
        "database MB": round(soak.increments.database.stat().st_size / 2**20, 1),
    }


def main(minutes: float, seed: str) -> int:
    """Run it and print what came of it, as JSON; 1 if anything is wrong."""
    with tempfile.TemporaryDirectory() as folder, receiving() as receiver:
        soak = Soak(Path(folder), seed, receiver.url)
        write_seeds(soak.increments.seeds, SEEDS)
        soak.load_contacts()
        soak.load_events()
        soak.command("run")
        wrong, report = _lived(soak, minutes)
        report |= {"seed": seed, "done": dict(soak.done), "failed": soak.failed[:20], "wrong": wrong}
        report["deliveries"] = len(receiver.accepted)
    print(json.dumps(report, indent=1))
    return 1 if wrong or soak.failed else 0


def _lived(soak: Soak, minutes: float) -> tuple[list[str], dict[str, Any]]:
    log = soak.folder / "loop.jsonl"
    samples: list[dict[str, float]] = []
    with log.open("w", encoding="utf-8") as lines:
        loop = subprocess.Popen(
            [LEADSCORE, "run", "--every", "5s", "--log-format", "json"],
            env=soak.environment, cwd=soak.folder, stdout=lines, stderr=subprocess.STDOUT,
        )  # fmt: skip
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end and loop.poll() is None:
            soak.dice.choice(soak.actions)()
            samples.append(measured(loop.pid, soak))
            time.sleep(soak.dice.choice([0, 0.5, 2]))
        loop.send_signal(signal.SIGTERM)
        code = loop.wait(timeout=300)
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    ticks = Counter(event.get("event") for event in events)
    failures = [event for event in events if event.get("level") == "error"]
    wrong = [f"the loop ended with {code}"] if code else []
    wrong += [f"a tick failed: {event}" for event in failures[:5]]
    early, late = (
        {name: max(sample[name] for sample in samples[share]) for name in samples[0]}
        for share in (slice(len(samples) // 4, len(samples) // 2 + 1), slice(len(samples) * 3 // 4, None))
    )
    wrong += [
        f"{name} grew from {early[name]} to {late[name]}"
        for name in ("resident MB", "open files", "published files")
        if late[name] > GROWTH * early[name] + 5
    ]
    soak.command("run")
    [[as_of]] = soak.increments.read("select distinct as_of from marts.contact_scores")
    soak.increments.refresh(as_of)
    # Who was a member once is in segment_contacts still; a database made anew has never published.
    wrong += [
        row
        for row in soak.increments.differences()
        if not row.startswith("segment_contacts: only in increments")
    ]
    fresh = soak.increments.refreshed.stat().st_size / 2**20
    # An eighth run gives the space back that replaced rows take; until then a file may be as large again.
    if late["database MB"] > 4 * fresh + 20:
        wrong.append(f"the database has {late['database MB']} MB, a fresh one {fresh:.1f}")
    report = {"minutes": minutes, "ticks": dict(ticks), "second quarter": early, "last quarter": late}
    return wrong, {**report, "fresh database MB": round(fresh, 1)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", default=str(int(time.time())))
    given = parser.parse_args()
    os.chdir(PROJECT)
    sys.exit(main(given.minutes, given.seed))
