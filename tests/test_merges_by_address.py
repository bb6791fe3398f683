"""Contacts with the same address are one, in whatever order they arrive, and after changes of address."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from incremental_project import Increments, Plan
from incremental_stages import Arrival
from leadscore.simulation.sample import COPIED, choose_contacts
from leadscore.storage.database import open_database
from tiny_project import SEEDS, copied_database, day, leadscore
from workspaces import DbtFailedError

VARIABLES = {"merge_by": "email", "merge_limit": 3}
AS_OF = datetime(2026, 6, 1)
LOADED = (0, 150, 151)


def contact(contact_id: str, created: int, email: str | None, loaded: int = 0, **more: Any) -> Arrival:
    updated_at = day(loaded - 20) if loaded else day(created)
    times = {"created_at": day(created), "updated_at": updated_at, "loaded_at": day(loaded)}
    row = {"contact_id": contact_id, "email": email, "merged_into": None, "deleted_at": None}
    return "contacts", {**row, **times, **more}


def opened(contact_id: str, loaded: int) -> Arrival:
    row = {"event_id": f"open of {contact_id}", "event_type": "email_open", "occurred_at": day(120)}
    return "events", {**row, "contact_id": contact_id, "loaded_at": day(loaded)}


FIRST = [
    contact("ann-2", 2, "Ann@X.nl"),
    contact("ann-3", 3, " ann@x.NL"),
    contact("moves-1", 1, "moves@x.nl"),
    contact("moves-2", 2, "moves@x.nl"),
    contact("moves-3", 3, "elsewhere@x.nl"),
    *(contact(f"info-{n}", n, "info@x.nl") for n in (1, 2, 3)),
    *(contact(f"crowd-{n}", n, "crowd@x.nl") for n in (1, 2, 3, 4)),
    *(contact(f"chain-{n}", n, "chain@x.nl") for n in (1, 2)),
    contact("chain-3", 3, "end@x.nl", merged_into="chain-2"),
    contact("chain-4", 4, "end@x.nl"),
    *(contact(f"gone-{n}", n, "gone@x.nl") for n in (1, 2)),
    contact("alone", 1, "alone@x.nl"),
]
SECOND = [
    contact("ann-1", 1, "ANN@X.NL", loaded=150),
    contact("moves-1", 1, "elsewhere@x.nl", loaded=150),
    contact("info-4", 4, "info@x.nl", loaded=150),
    contact("crowd-4", 4, "own@x.nl", loaded=150),
    contact("chain-0", 0, "chain@x.nl", loaded=150),
    contact("gone-1", 1, "gone@x.nl", loaded=150, deleted_at=day(140)),
]
THIRD = [
    # Came late, and says that it is the oldest.
    contact("ann-3", 0, "ann@x.nl", loaded=151, updated_at=day(0)),
    contact("moves-1", 1, "moves@x.nl", loaded=151),
    contact("info-4", 4, None, loaded=151),
    *(contact(f"crowd-{n}", n, "crowd@x.nl", loaded=151) for n in (5, 6)),
    contact("chain-1", 1, "apart@x.nl", loaded=151),
    contact("chain-3", 3, "end@x.nl", loaded=151),
    contact("gone-1", 1, "gone@x.nl", loaded=151),
]
BATCHES = (FIRST, SECOND, THIRD)


@dataclass(frozen=True)
class Run:
    """What a run made: who is scored for whom else, whom it was about, what it recorded."""

    plan: Plan | None
    survivors: dict[str, str]
    scored_anew: set[str]
    rejected: list[tuple[str, str]]
    differences: list[str]


@pytest.fixture(scope="module")
def runs(increments: Increments) -> list[Run]:
    """Three runs, the last of which is compared with a full refresh."""
    made: list[Run] = []
    known: set[str] = set()
    for number, (arrivals, loaded) in enumerate(zip(BATCHES, LOADED, strict=True)):
        new = sorted({row["contact_id"] for _, row in arrivals} - known)
        known |= set(new)
        increments.arrive([*arrivals, *(opened(contact_id, loaded) for contact_id in new)])
        as_of = AS_OF + timedelta(hours=number)
        plan = increments.score(as_of, SEEDS, VARIABLES)
        is_last = arrivals is THIRD
        if is_last:
            increments.refresh(as_of, VARIABLES)
        made.append(
            Run(
                plan,
                survivors(increments),
                {name for (name,) in increments.read("select contact_id from state.run_contacts")},
                [(key, reason) for key, reason in increments.read(REJECTED)],
                increments.differences() if is_last else [],
            )
        )
    return made


REJECTED = "select row_key, reason from marts.rejected_rows order by all"
SURVIVORS = """
select contacts.contact_id, others.contact_id
from store.int_contacts as people
inner join store.int_contact_keys as contacts on people.contact_key = contacts.contact_key
inner join store.int_contact_keys as others on people.survivor_key = others.contact_key
where people.survivor_key != people.contact_key
"""


def survivors(project: Increments) -> dict[str, str]:
    return dict(project.read(SURVIVORS))


def test_the_earliest_created_survives_and_too_many_merge_nobody(runs: list[Run]) -> None:
    assert runs[0].survivors == {
        "ann-3": "ann-2",
        "moves-2": "moves-1",
        **{f"info-{n}": "info-1" for n in (2, 3)},
        **{f"chain-{n}": "chain-1" for n in (2, 3, 4)},
        "gone-2": "gone-1",
    }
    reason = "email is that of 4 contacts, more than var merge_limit (3): it merges nobody"
    assert runs[0].rejected == [("crowd-1", reason)]


def test_whoever_comes_or_goes_changes_whom_the_others_are_merged_into(runs: list[Run]) -> None:
    assert runs[1].survivors == {
        **{f"ann-{n}": "ann-1" for n in (2, 3)},
        "moves-3": "moves-1",
        **{f"crowd-{n}": "crowd-1" for n in (2, 3)},
        **{f"chain-{n}": "chain-0" for n in (1, 2, 3, 4)},
        "gone-1": "gone-2",
    }
    assert [key for key, _ in runs[1].rejected] == ["info-1"]
    assert runs[2].survivors == {
        **{f"ann-{n}": "ann-3" for n in (1, 2)},
        "moves-2": "moves-1",
        **{f"info-{n}": "info-1" for n in (2, 3)},
        "chain-2": "chain-0",
        "chain-4": "chain-3",
        "gone-2": "gone-1",
    }
    assert [key for key, _ in runs[2].rejected] == ["crowd-1"]


def test_run_after_run_equals_a_full_refresh(runs: list[Run]) -> None:
    for run in runs[1:]:
        assert run.plan == Plan(is_full=False, reason=None)
        assert run.differences == []


def test_only_whom_addresses_tie_together_are_scored_anew(runs: list[Run]) -> None:
    assert runs[1].scored_anew == runs[0].scored_anew - {"alone"} | {"ann-1", "info-4", "chain-0"}
    assert "alone" not in runs[2].scored_anew


@pytest.mark.parametrize("mistake", [{"merge_by": "phone"}, {"merge_by": "email", "merge_limit": "0"}])
def test_a_mistake_in_a_variable_stops_the_build(increments: Increments, mistake: dict[str, str]) -> None:
    with pytest.raises(DbtFailedError, match=list(mistake)[-1]):
        increments.build(as_of="2026-06-01", select="run_contacts", variables=mistake)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.5])
def test_a_sample_keeps_together_whom_addresses_merge(
    runs: list[Run], increments: Increments, share: float
) -> None:
    assert runs
    with open_database(increments.database, read_only=True) as database:
        choose_contacts(database, share, by_address=True)
        chosen = {str(name) for (name,) in database.execute(f"select contact_id from {COPIED}")}
    groups: dict[str, set[str]] = {}
    for _, row in (pair for batch in BATCHES for pair in batch):
        groups.setdefault(row["contact_id"].split("-")[0], set()).add(row["contact_id"])
    assert [group for group, members in groups.items() if members & chosen not in (set(), members)] == []


def test_who_shares_an_address_goes_on_without_whom_is_forgotten(
    runs: list[Run], increments: Increments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = runs[-1].survivors
    assert before["ann-1"] == before["ann-2"] == "ann-3"
    settings = copied_database(increments.database, SEEDS, tmp_path, monkeypatch)
    result = leadscore("forget", "ann-3", "--yes", "--json", "--vars", json.dumps(VARIABLES))
    proof = json.loads(result.stdout)
    assert (result.exit_code, proof["found"], proof["shared_with_others"]) == (0, 0, 1)
    with open_database(settings.database, read_only=True) as database:
        after = {str(contact): str(into) for contact, into in database.execute(SURVIVORS)}
    others = {contact: into for contact, into in before.items() if not contact.startswith("ann-")}
    assert after == {**others, "ann-2": "ann-1"}


ADDRESSES = [None, "", "x", *(f"{name}@x.nl" for name in "abcdef")]
LANDED = {**VARIABLES, "sources": ["shopify.contacts"]}


def test_addresses_that_connectors_write_over_leave_what_a_full_refresh_makes(increments: Increments) -> None:
    """What a vendor's contact was before stands nowhere in its tables."""
    dice = random.Random(20261127)
    increments.start()
    increments.arrive([contact(f"raw-{n}", 20 + n, f"{'abcdef'[n]}@x.nl") for n in range(6)])
    increments.arrive([opened(f"shopify:{n}", 0) for n in range(24)])
    with duckdb.connect(str(increments.database)) as connection:
        connection.execute("create schema shopify")
        connection.execute(
            "create table shopify.customer (id integer, email varchar, created_at timestamp,"
            " _fivetran_deleted boolean, _fivetran_synced timestamp)"
        )
        for number in range(24):
            _sync(connection, number, dice.choice(ADDRESSES), day(dice.randrange(40)))
    survived = []
    for number in range(3):
        as_of = AS_OF + timedelta(hours=number)
        plan = increments.score(as_of, SEEDS, LANDED)
        survived.append(survivors(increments))
        if number > 0:
            assert plan == Plan(is_full=False, reason=None)
        if number == 2:
            increments.refresh(as_of, LANDED, ("raw", "shopify"))
            assert increments.differences() == []
        with duckdb.connect(str(increments.database)) as connection:
            for moved in dice.sample(range(24), 6):
                _sync(connection, moved, dice.choice(ADDRESSES), None)
            connection.execute("delete from shopify.customer where id = ?", [dice.randrange(24)])
    assert len({tuple(pairs) for pairs in survived}) == len(survived)
    assert any(into.startswith("shopify") for pairs in survived for into in pairs.values())


def _sync(
    connection: duckdb.DuckDBPyConnection, customer: int, email: str | None, created_at: datetime | None
) -> None:
    """A row as the connector leaves it: the one that was there is gone."""
    if created_at is None:
        query = "update shopify.customer set email = ?, _fivetran_synced = '2026-05-31' where id = ?"
        connection.execute(query, [email, customer])
    else:
        query = "insert into shopify.customer values (?, ?, ?, false, '2026-05-30')"
        connection.execute(query, [customer, email, created_at])
