"""The team of the example: its warehouse, the commands that it gives, and the server that plays HubSpot."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from landed_tables import land
from leadscore.settings import PROJECT_ROOT, Variable
from receiver import Receiver, receiving
from tools import HubSpot

HERE = Path(__file__).resolve().parent
LANDED, SEEDS = HERE / "landed", HERE / "seeds"
SYNCS = str((HERE / "syncs").relative_to(PROJECT_ROOT))
VENDORS = ("hubspot", "shopify")
VARIABLES = "{sources: [hubspot, shopify], merge_by: email, consent_unless_opted_out: [hubspot]}"
UPDATE = "/crm/v3/objects/contacts/batch/update"
# Address -> property -> value.
Properties = dict[str, dict[str, str]]


@dataclass
class Team:
    """A team with HubSpot and Shopify.

    Attributes:
        folder: Where its warehouse is.
        receiver: The server that plays HubSpot, with all that it was sent.
        hubspot: What HubSpot knows.
        told: Of each delivery, what HubSpot was told of whom.
    """

    folder: Path
    receiver: Receiver
    hubspot: HubSpot
    told: list[Properties] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """The warehouse."""
        return self.folder / "leads.duckdb"

    def land(self, sync: str) -> None:
        """Do one sync of the connectors."""
        with duckdb.connect(str(self.database)) as connection:
            for vendor in VENDORS:
                land(connection, vendor, sync, LANDED)

    def landed(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the warehouse."""
        return _rows(self.database, query)

    def published(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a query finds in what is published of it."""
        return _rows(self.folder / "published" / "leadscore.duckdb", query, *parameters)

    def command(self, *arguments: str) -> Any:
        """Give a command; what it answers as JSON."""
        # Nothing that is set for another database counts.
        others = {name: value for name, value in os.environ.items() if name not in set(Variable)}
        theirs = {
            Variable.DATABASE: str(self.database),
            Variable.SEEDS: str(SEEDS),
            "HUBSPOT_API": self.receiver.url,
            "HUBSPOT_SCORES_TOKEN": self.hubspot.token,
        }
        done = subprocess.run(
            [str(Path(sys.executable).with_name("leadscore")), *arguments, "--json"],
            cwd=PROJECT_ROOT,
            env={**others, **theirs},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"leadscore {arguments[0]} ended with {done.returncode}\n{done.stdout}")
        return json.loads(done.stdout)

    def deliver(self) -> list[dict[str, Any]]:
        """Deliver what waits, and keep what HubSpot was told of whom."""
        self.receiver.forget()
        done = self.command("deliver", "--syncs", SYNCS)
        addresses = list(self.hubspot.contacts)
        told: Properties = {}
        for request in self.receiver.accepted:
            for one in request.body["inputs"] if request.path == UPDATE else ():
                told.setdefault(addresses[int(one["id"]) - 1], {}).update(one["properties"])
        self.told.append(told)
        (self.folder / "hubspot.json").write_text(
            json.dumps({"contacts": self.hubspot.contacts, "told": self.told}, indent=1), encoding="utf-8"
        )
        return list(done)


@contextmanager
def team_in(folder: Path) -> Iterator[Team]:
    """A team that begins: nothing is landed, and HubSpot knows of no score."""
    folder.mkdir(parents=True, exist_ok=True)
    # What commands made there the time before: the warehouse, and what HubSpot was told.
    for file in folder.glob("leads.*"):
        file.unlink()
    with (LANDED / "hubspot" / "first" / "contact.csv").open(encoding="utf-8", newline="") as lines:
        contacts = [row for row in csv.DictReader(lines) if row["_fivetran_deleted:boolean"] == "false"]
    with (SEEDS / "segments.csv").open(encoding="utf-8", newline="") as lines:
        # The lists' checkboxes, which are made in HubSpot by hand.
        boxes = {f"leadscore_{row['segment_id']}": "enumeration" for row in csv.DictReader(lines)}
    hubspot = HubSpot({row["property_email"]: {} for row in contacts}, {"email": "string"} | boxes)
    with receiving() as receiver:
        receiver.answer = hubspot.answer
        yield Team(folder, receiver, hubspot)


def _rows(database: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()
