"""Receivers hear that a person was erased, whatever breaks; then nothing of it is left in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from leadscore.delivery.ledger import ledger_path
from leadscore.delivery.removals import Owed, notified_receivers, owed_removals, receivers_by_id
from leadscore.erasure.files import erase_ledger
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Person
from leadscore.settings import PROJECT_ROOT
from receiver import receiving
from test_delivery import PEOPLE, World, deliver  # type: ignore[import-not-found]

# In the ledger's bytes a short id comes about by chance.
ERASED, ADDRESS = "c-0000000003", "c-0000000003@example.com"
PERSON = Person(ERASED, (ERASED,), (ADDRESS,), (), (), ("s",), (), on_file=((ERASED, ADDRESS),))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with receiving() as receiver:
        made = World(tmp_path, receiver)
        for name, value in {
            "LEADSCORE_DATABASE": str(made.database), "LEADSCORE_WEBHOOK_URL": f"{receiver.url}/hook",
            "LEADSCORE_CRM_URL": f"{receiver.url}/crm", "LEADSCORE_CRM_TOKEN": "t", "HOME": str(tmp_path),
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield made


def send(world: World, *names: str) -> int:
    result = deliver(*names, "--syncs", str(world.syncs))
    print(result.output)
    return int(result.exit_code)


def deliver_and_erase(world: World, *names: str) -> None:
    """Deliver eleven people, and erase one from the publication and the ledger."""
    world.publish(*((1, name, "added", 1) for name in (ERASED, *PEOPLE)))
    assert send(world, *names) == 0
    world.receiver.forget()
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    world.publication.execute("delete from marts.segment_contacts where contact_id = ?", [ERASED])
    erase(world)


def erase(world: World, *, are_told: bool = False) -> None:
    by_id = receivers_by_id(PROJECT_ROOT / "syncs")
    erase_ledger(ledger_path(world.database), Matcher(PERSON), print, are_told=are_told, by_id=by_id)


def owed(world: World) -> list[Owed]:
    return owed_removals(ledger_path(world.database), [ERASED])


def left_in_ledger(world: World) -> bool:
    return ERASED.encode() in ledger_path(world.database).read_bytes()


def test_each_receiver_hears_of_it_by_the_next_delivery_and_then_the_ledger_forgets(world: World) -> None:
    deliver_and_erase(world, "segment_webhook", "crm_members")
    assert owed(world) == [Owed("crm", ("s",)), Owed("segment_webhook", ("s",))]
    # Ten others and one of whom they are told: no guard of theirs may hold that up, not even a strict one.
    world.change("segment_webhook", guards={"max_deletes": 0})
    assert send(world, "segment_webhook", "crm_members", "crm_removals") == 0
    told = [(r.method, r.path, r.body["contact_id"]) for r in world.receiver.requests]
    assert sorted(told) == [("DELETE", "/crm", ERASED), ("POST", "/hook", ERASED)]
    assert owed(world) == [] and not left_in_ledger(world)
    world.receiver.forget()
    assert send(world, "segment_webhook", "crm_members", "crm_removals") == 0
    assert world.receiver.requests == []


def test_a_receiver_that_is_down_is_owed_it_until_it_answers(world: World) -> None:
    deliver_and_erase(world, "segment_webhook")
    world.receiver.answer = lambda request: (500, "down", {})
    for _ in range(2):
        result = deliver("segment_webhook", "--syncs", str(world.syncs))
        assert result.exit_code == 1 and "1 removal of who was erased not accepted" in result.output
        assert owed(world) == [Owed("segment_webhook", ("s",))]
    world.receiver.answer = lambda request: (200, "", {})
    assert send(world, "segment_webhook") == 0
    assert owed(world) == [] and not left_in_ledger(world)
    keys = {request.headers["idempotency-key"] for request in world.receiver.requests}
    assert len(keys) == 1, "a receiver that heeds the key removes once"


def test_a_person_who_was_never_delivered_is_owed_to_nobody(world: World) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    assert send(world, "segment_webhook") == 0
    erase(world)
    assert owed(world) == []


def test_who_has_told_them_by_hand_owes_nothing(world: World) -> None:
    deliver_and_erase(world, "segment_webhook")
    erase(world, are_told=True)
    assert owed(world) == [] and not left_in_ledger(world)


def test_mark_delivered_takes_them_for_told(world: World) -> None:
    deliver_and_erase(world, "segment_webhook")
    assert deliver("segment_webhook", "--syncs", str(world.syncs), "--mark-delivered").exit_code == 0
    assert world.receiver.requests == [] and owed(world) == [] and not left_in_ledger(world)


def test_a_receiver_that_knows_people_by_their_address_is_told_that_and_others_arent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drt.destinations import hubspot

    monkeypatch.setattr(hubspot, "_HUBSPOT_API", f"{world.receiver.url}/crm/v3/objects")
    monkeypatch.setenv("HUBSPOT_TOKEN", "t")
    deliver_and_erase(world, "hubspot_segments", "segment_webhook")
    kept = world.ledger(
        "select receiver, contact_id, email_on_file from deliveries.removals order by receiver"
    )
    assert kept == [("hubspot_segments", ERASED, ADDRESS), ("segment_webhook", ERASED, None)]
    assert send(world, "hubspot_segments") == 0
    [request] = world.receiver.requests
    assert request.body["properties"] == {"email": ADDRESS, "leadscore_s": "false"}


def test_whoever_got_a_message_about_the_person_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_NOTIFICATIONS_URL", f"{world.receiver.url}/json")
    world.crossing(ERASED, 9)
    assert send(world, "webhook_notifications") == 0
    assert notified_receivers(ledger_path(world.database), [ERASED]) == ["webhook_notifications"]
    erase(world)
    assert notified_receivers(ledger_path(world.database), [ERASED]) == []
    assert not left_in_ledger(world)


def test_a_ledger_of_an_earlier_version_owes_as_well(world: World) -> None:
    world.publish(*((1, name, "added", 1) for name in (ERASED, *PEOPLE)))
    assert send(world, "segment_webhook") == 0
    with duckdb.connect(str(ledger_path(world.database))) as connection:
        connection.execute("drop table deliveries.removals")
    erase(world)
    assert owed(world) == [Owed("segment_webhook", ("s",))]
