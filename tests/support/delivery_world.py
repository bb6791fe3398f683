"""A publication, a receiver and the syncs that ship, for tests of `leadscore deliver`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml
from export_world import ExportWorld
from leadscore.cli import app
from leadscore.delivery.ledger import ledger_path
from receiver import Receiver, receiving
from typer.testing import CliRunner, Result
from workspaces import PROJECT

SYNCS = PROJECT / "syncs"
PEOPLE = [f"c{number}" for number in range(10)]
NOTIFICATIONS = """
    create table marts.notifications (
        model_id varchar, contact_id varchar, band_id varchar, reasons varchar, action varchar,
        score decimal(28, 2), is_due boolean, transitioned_at timestamp, delivered_at timestamp
    );
    create table marts.dim_score_bands (model_id varchar, band_id varchar, title varchar);
    alter table marts.dim_scoring_models add column title varchar;
    insert into marts.dim_score_bands values ('m', 'hot', 'Hot <&> now');
    update marts.dim_scoring_models set title = 'Model ' || model_id;
"""


class World:
    """A publication, a receiver, and the syncs that ship, but for their waiting."""

    def __init__(self, folder: Path, receiver: Receiver, segment_id: str = "s") -> None:
        self.folder = folder
        self.database = folder / "none.duckdb"
        self.publication = ExportWorld(folder, segment_id)
        self.publication.execute(NOTIFICATIONS)
        self.receiver = receiver
        self.syncs = folder / "syncs"
        self.syncs.mkdir()
        for name, text in hasty_syncs().items():
            (self.syncs / name).write_text(text, encoding="utf-8")

    def write(self, name: str, sync: object) -> None:
        (self.syncs / name).write_text(yaml.safe_dump(sync), encoding="utf-8")

    def change(self, name: str, **options: object) -> None:
        """Change the options of a sync."""
        sync = yaml.safe_load((self.syncs / f"{name}.yml").read_text(encoding="utf-8"))
        sync["sync"].update(options)
        self.write(f"{name}.yml", sync)

    def publish(self, *changes: tuple[int, str, str, int]) -> None:
        """The history of the segment: run, contact, change, content."""
        with self.publication.changing() as connection:
            for contact_id in {change[1] for change in changes}:
                self.publication.contact(contact_id, f"{contact_id}@example.com", last_name='O"Neill, 你好')
            self.publication.history(*((run, contact, change, True) for run, contact, change, _ in changes))
            for run, contact, _, content in changes:
                connection.execute(
                    "update marts.segment_changes set content_hash = ?, "
                    "changed_at = date '2026-01-01' + run_number::integer "
                    "where run_number = ? and contact_id = ?",
                    [content, run, contact],
                )

    def crossing(self, contact_id: str, day: int, *, due: bool = True) -> None:
        self.publication.execute(
            "insert into marts.notifications values "
            "('m', ?, 'hot', 'Visited (+60)', 'Call', 60.5, ?, make_timestamp(2026, 3, ?, 12, 0, 0.0), null)",
            [contact_id, due, day],
        )

    @contextmanager
    def ledger_open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The ledger, to change it."""
        with duckdb.connect(str(ledger_path(self.database))) as connection:
            yield connection

    def ledger(self, query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(ledger_path(self.database)), read_only=True) as connection:
            return connection.execute(query).fetchall()


@cache
def hasty_syncs() -> dict[str, str]:
    """The syncs that ship, by file, but for their waiting."""
    texts = {}
    for path in SYNCS.glob("*.yml"):
        sync = yaml.safe_load(path.read_text(encoding="utf-8"))
        sync["sync"]["retry"] = {"initial_backoff": 0.01}
        sync["sync"]["rate_limit"] = {"requests_per_second": 0}
        texts[path.name] = yaml.safe_dump(sync)
    return texts


def deliver(*arguments: str) -> Result:
    """Give the command."""
    return CliRunner().invoke(app, ["deliver", *arguments])


def webhook(world: World, *arguments: str) -> Result:
    """Deliver by the webhook."""
    return deliver("segment_webhook", "--syncs", str(world.syncs), *arguments)


@contextmanager
def delivering(folder: Path, monkeypatch: pytest.MonkeyPatch, segment_id: str = "s") -> Iterator[World]:
    """A world in a folder, whose webhook is its receiver."""
    with receiving() as receiver:
        made = World(folder, receiver, segment_id)
        monkeypatch.setenv("LEADSCORE_DATABASE", str(made.database))
        monkeypatch.setenv("LEADSCORE_WEBHOOK_URL", f"{receiver.url}/hook")
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setenv("COLUMNS", "200")
        yield made
