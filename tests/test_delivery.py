"""`leadscore deliver`: a real server hears of each change once, whatever it answers and whatever breaks."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
import yaml
from delivery_world import PEOPLE, SYNCS, World, deliver, delivering, webhook
from leadscore.cli import app
from receiver import Request


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with delivering(tmp_path, monkeypatch) as made:
        yield made


def test_what_was_added_updated_and_removed_arrives_once(world: World) -> None:
    first = [(1, name, "added", 1) for name in PEOPLE]
    world.publish(*first)
    done = webhook(world)
    assert done.exit_code == 0, done.output
    assert world.receiver.told() == [(name, "added") for name in PEOPLE]
    [c3] = [request for request in world.receiver.accepted if request.body["contact_id"] == "c3"]
    assert (c3.method, c3.path, c3.body["last_name"]) == ("POST", "/hook", 'O"Neill, 你好')
    assert c3.body["changed_at"] == "2026-01-02T00:00:00Z"
    assert c3.headers["idempotency-key"] == c3.body["delivery_key"]
    world.receiver.forget()
    assert webhook(world).exit_code == 0
    assert world.receiver.requests == []
    # c0 goes, c1 changes, c2 goes and comes back as he was, c3 changes twice, brief comes and goes.
    world.publish(
        *first, (2, "c0", "removed", 1), (2, "c1", "updated", 2), (2, "c2", "removed", 1),
        (2, "c3", "updated", 2), (2, "new", "added", 1), (2, "brief", "added", 1),
        (3, "c2", "added", 1), (3, "c3", "updated", 3), (3, "brief", "removed", 1),
    )  # fmt: skip
    for _ in range(3):
        assert webhook(world).exit_code == 0
    assert world.receiver.told() == [
        ("c0", "removed"),
        ("c1", "updated"),
        ("c3", "updated"),
        ("new", "added"),
    ]
    # The ledger holds no more of people than ids.
    assert {row[0] for row in world.ledger("select column_name from information_schema.columns")}.isdisjoint(
        {"email", "phone", "last_name", "record"}
    )


def test_a_rejected_row_is_kept_with_its_reason_and_tried_again(world: World) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    reason = '{"message": "last name has a quote"}'
    world.receiver.answer = lambda request: (
        (422, reason, {}) if request.body["contact_id"] == "c4" else (200, "", {})
    )
    done = webhook(world)
    assert done.exit_code == 1
    assert "1 row was not accepted and waits" in done.output
    assert "422" in done.output and "last name has a quote" in done.output
    assert len(world.receiver.requests) == 10, "a 422 isn't worth a second try at once"
    assert len(world.receiver.accepted) == 9
    world.receiver.forget()
    [found] = json.loads(webhook(world, "--json").stdout)
    assert [request.body["contact_id"] for request in world.receiver.requests] == ["c4"]
    [rejected] = found["rejected"]
    assert (rejected["http_status"], rejected["attempts"], rejected["reason"]) == (422, 2, reason)
    world.receiver.answer = lambda request: (201, "", {})
    assert webhook(world).exit_code == 0
    assert world.receiver.told() == [("c4", "added")]
    assert world.ledger("from deliveries.rejected") == []


def test_a_busy_server_is_asked_again_later_and_not_before_it_says(world: World) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    seen: dict[str, int] = {}

    def answer(request: Request) -> tuple[int, str, dict[str, str]]:
        contact = request.body["contact_id"]
        seen[contact] = seen.get(contact, 0) + 1
        if contact == "c1" and seen[contact] == 1:
            return 429, "slow down", {"Retry-After": "1"}
        if contact == "c2" and seen[contact] < 3:
            return 500, "oops", {}
        return 200, "", {}

    world.receiver.answer = answer
    [done] = json.loads(webhook(world, "--json").stdout)
    assert done["problem"] is None and done["seconds"] >= 1
    assert (seen["c1"], seen["c2"], seen["c3"]) == (2, 3, 1)
    assert len(world.receiver.told()) == 10
    keys = {r.headers["idempotency-key"] for r in world.receiver.requests if r.body["contact_id"] == "c2"}
    assert len(keys) == 1


def test_a_server_that_is_down_loses_nothing_and_is_not_hammered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("LEADSCORE_WEBHOOK_URL", f"http://127.0.0.1:{taken.getsockname()[1]}/hook")
        done = webhook(world)
    assert done.exit_code == 1
    assert "doesn't answer" in done.output and "10 rows wait" in done.output
    monkeypatch.setenv("LEADSCORE_WEBHOOK_URL", f"{world.receiver.url}/hook")
    world.receiver.answer = lambda request: (503, "maintenance", {})
    assert webhook(world).exit_code == 1
    assert len(world.receiver.requests) == 9, "three rows, three tries each, then the rest waits"
    world.receiver.answer = lambda request: (200, "", {})
    assert webhook(world).exit_code == 0
    assert world.receiver.told() == [(name, "added") for name in PEOPLE]


def test_a_sudden_removal_stops_and_sends_nothing_until_it_is_confirmed(world: World) -> None:
    first = [(1, name, "added", 1) for name in PEOPLE]
    world.publish(*first)
    assert webhook(world).exit_code == 0
    world.receiver.forget()
    world.publish(*first, *((2, name, "removed", 1) for name in PEOPLE[:3]), (2, "new", "added", 1))
    assert webhook(world).exit_code == 0, "30 % is not more than 30 %"
    world.receiver.forget()
    gone = [(2, name, "removed", 1) for name in PEOPLE[:6]]
    world.publish(*first, *gone, (2, "new", "added", 1), (3, "last", "added", 1))
    done = webhook(world)
    assert done.exit_code == 1
    assert "segment s: 3 of 8 members would be removed, more than max_delete_pct 30 %" in done.output
    assert "nothing was sent" in done.output
    assert "--allow-removals" in done.output
    assert world.receiver.requests == []
    assert webhook(world, "--allow-removals").exit_code == 0
    removed = [(name, "removed") for name in ("c3", "c4", "c5")]
    assert world.receiver.told() == [*removed, ("last", "added")]


def test_a_killed_delivery_goes_on_where_it_was(world: World) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    command = [
        str(Path(sys.executable).with_name("leadscore")),
        "deliver",
        "segment_webhook",
        "--syncs",
        str(world.syncs),
    ]
    process = None

    def answer(request: Request) -> tuple[int, str, dict[str, str]]:
        if len(world.receiver.accepted) == 4:  # the fifth is taken, and its sender dies before it hears so
            assert process is not None
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        return 200, "", {}

    world.receiver.answer = answer
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert process.wait() == -signal.SIGKILL
    world.receiver.answer = lambda request: (200, "", {})
    assert webhook(world).exit_code == 0
    keys = [request.headers["idempotency-key"] for request in world.receiver.accepted]
    assert len(keys) == 11, "only the row that was on its way is sent again"
    assert len(set(keys)) == 10, "under the key that it had"


def test_two_methods_share_what_their_receiver_knows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_CRM_URL", f"{world.receiver.url}/members")
    monkeypatch.setenv("LEADSCORE_CRM_TOKEN", "secret")
    first = [(1, name, "added", 1) for name in PEOPLE]
    world.publish(*first)
    both = ("crm_members", "crm_removals", "--syncs", str(world.syncs))
    assert deliver(*both).exit_code == 0
    world.publish(*first, (2, "c0", "removed", 1), (2, "c1", "updated", 2))
    world.receiver.forget()
    for _ in range(2):
        done = deliver(*both)
        assert done.exit_code == 0, done.output
    sent = [(r.method, r.body["contact_id"], r.headers["authorization"]) for r in world.receiver.requests]
    assert sent == [("PUT", "c1", "Bearer secret"), ("DELETE", "c0", "Bearer secret")]


def test_a_notification_is_delivered_once_to_each_receiver(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_SLACK_WEBHOOK_URL", f"{world.receiver.url}/slack")
    monkeypatch.setenv("LEADSCORE_NOTIFICATIONS_URL", f"{world.receiver.url}/json")
    names = ("slack_notifications", "webhook_notifications", "--syncs", str(world.syncs))
    world.crossing("ann", 1, due=False)
    world.crossing("ann", 9)
    world.receiver.answer = lambda request: (500 if request.path == "/slack" else 200, "ok", {})
    assert deliver(*names).exit_code == 1
    world.receiver.answer = lambda request: (200, "ok", {})
    for _ in range(2):
        assert deliver(*names).exit_code == 0
    sent = {request.path: request.body for request in world.receiver.accepted}
    assert len(world.receiver.accepted) == len(sent) == 2
    text = "*Hot &lt;&amp;&gt; now* (Model m): ann, score 60.5\nVisited (+60)\n→ Call"
    assert sent["/slack"] == {"text": text}
    assert sent["/json"]["contact_id"] == "ann" and sent["/json"]["transitioned_at"] == "2026-03-09T12:00:00Z"


def test_a_new_receiver_is_not_told_what_others_were(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_NOTIFICATIONS_URL", f"{world.receiver.url}/json")
    world.crossing("ann", 9)
    assert deliver("webhook_notifications", "--syncs", str(world.syncs)).exit_code == 0
    monkeypatch.setenv("LEADSCORE_SLACK_WEBHOOK_URL", f"{world.receiver.url}/slack")
    world.crossing("bob", 10)
    assert deliver("slack_notifications", "--syncs", str(world.syncs)).exit_code == 0
    [slack] = [request for request in world.receiver.accepted if request.path == "/slack"]
    assert "bob" in slack.body["text"]


def test_what_a_sync_tells_is_known_by_what_its_sql_reads_not_by_words_in_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_NOTIFICATIONS_URL", f"{world.receiver.url}/json")
    told = {
        "webhook_notifications": """
            with news as (select * from "delivery"."NOTIFICATIONS")  -- not delivery.segment_changes
            select *, 'segment_changes' as word from news
        """,
        "segment_webhook": "select *, 'delivery.notifications' as word from Delivery.Segment_Changes;",
        "broken": "select * from delivery.notifications where",
    }
    for name, query in told.items():
        source = "webhook_notifications" if name == "broken" else name
        sync = yaml.safe_load((world.syncs / f"{source}.yml").read_text(encoding="utf-8"))
        world.write(f"{name}.yml", {**sync, "name": name, "model": query})
    world.publish((1, "c1", "added", 1))
    world.crossing("ann", 9)
    done = deliver(*told, "--syncs", str(world.syncs))
    assert done.exit_code == 2
    assert "broken.yml: Parser Error" in done.output, done.output
    assert world.receiver.requests == []
    del told["broken"]
    done = deliver(*told, "--syncs", str(world.syncs))
    assert done.exit_code == 0, done.output
    assert sorted((r.path, r.body["contact_id"]) for r in world.receiver.accepted) == [
        ("/hook", "c1"), ("/json", "ann"),
    ]  # fmt: skip
    assert world.ledger("select receiver from deliveries.receivers") == [("webhook_notifications",)]
    assert world.ledger("select contact_id from deliveries.members") == [("c1",)]


def test_a_flood_of_notifications_stops_and_can_be_let_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_SLACK_WEBHOOK_URL", f"{world.receiver.url}/slack")
    world.change("slack_notifications", guards={"max_creates": 3})
    for number in range(4):
        world.crossing(f"p{number}", 9)
    arguments = ("slack_notifications", "--syncs", str(world.syncs))
    done = deliver(*arguments)
    assert done.exit_code == 1
    assert "notifications: 4 would be added, more than max_creates 3: nothing was sent" in done.output
    assert deliver(*arguments, "--mark-delivered").exit_code == 0
    world.crossing("new", 10)
    assert deliver(*arguments).exit_code == 0
    [sent] = world.receiver.requests
    assert "new" in sent.body["text"]


def test_the_database_learns_what_was_delivered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_NOTIFICATIONS_URL", f"{world.receiver.url}/json")
    with duckdb.connect(str(world.database)) as connection:
        connection.execute("create schema state")
        connection.execute("create table state.run_state as select 7::bigint as run_number")
    world.publication.execute(
        "insert into marts.contact_scores values ('m', 'ann', 60.5, 'hot', '2026-03-10')"
    )
    world.crossing("ann", 9)
    for _ in range(2):
        assert deliver("webhook_notifications", "--syncs", str(world.syncs)).exit_code == 0
    with duckdb.connect(str(world.database), read_only=True) as connection:
        query = "select contact_id, band_id, reasons, score::varchar, recorded_after_run "
        query += "from state.notification_deliveries"
        assert connection.execute(query).fetchall() == [("ann", "hot", "Visited (+60)", "60.50", 7)]

    # A database that was restored knows neither, until the sources have loaded their rows again.
    with duckdb.connect(str(world.database)) as connection:
        connection.execute("delete from state.notification_deliveries")
    world.publication.execute(
        "create table kept as from marts.notifications; delete from marts.notifications"
    )
    assert deliver("webhook_notifications", "--syncs", str(world.syncs)).exit_code == 0
    world.publication.execute("insert into marts.notifications from kept")
    world.publication.execute("update marts.contact_scores set as_of = '9999-01-01'")
    assert deliver("webhook_notifications", "--syncs", str(world.syncs)).exit_code == 0
    assert len(world.receiver.requests) == 1, "told once"
    with duckdb.connect(str(world.database), read_only=True) as connection:
        assert connection.execute(query).fetchall() == [("ann", "hot", "Visited (+60)", "60.50", 7)]

    world.publication.execute("delete from marts.notifications")
    world.publication.execute("delete from marts.contact_scores")
    assert deliver("webhook_notifications", "--syncs", str(world.syncs)).exit_code == 0
    assert world.ledger("from deliveries.notifications") == [], "nothing is kept of who was erased"


def test_a_file_holds_what_each_delivery_tells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.folder / "files"
    monkeypatch.setenv("LEADSCORE_DELIVERY_FOLDER", str(folder))
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    arguments = ("segment_changes_file", "--syncs", str(world.syncs))
    folder.write_text("in the way", encoding="utf-8")
    assert deliver(*arguments).exit_code == 1
    folder.unlink()
    for _ in range(2):
        assert deliver(*arguments).exit_code == 0
    [file] = folder.iterdir()
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["contact_id"] for line in lines) == PEOPLE


def test_hubspot_gets_a_property_a_segment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from drt.destinations import hubspot

    monkeypatch.setattr(hubspot, "_HUBSPOT_API", f"{world.receiver.url}/crm/v3/objects")
    monkeypatch.setenv("HUBSPOT_TOKEN", "secret")
    known: set[str] = set()

    def answer(request: Request) -> tuple[int, str, dict[str, str]]:
        email = request.body["properties"]["email"]
        if request.method == "POST" and email in known:
            return 409, "exists", {}
        known.add(email)
        return 200, "{}", {}

    world.receiver.answer = answer
    first = [(1, name, "added", 1) for name in PEOPLE]
    world.publish(*first)
    arguments = ("hubspot_segments", "--syncs", str(world.syncs))
    assert deliver(*arguments).exit_code == 0
    assert {request.path for request in world.receiver.accepted} == {"/crm/v3/objects/contacts"}
    assert world.receiver.accepted[0].body["properties"]["leadscore_s"] == "true"
    world.receiver.forget()
    world.publish(*first, (2, "c0", "removed", 1))
    for _ in range(2):
        done = deliver(*arguments)
        assert done.exit_code == 0, done.output
    [sent] = world.receiver.accepted
    assert (sent.method, sent.path) == ("PATCH", "/crm/v3/objects/contacts/c0@example.com?idProperty=email")
    assert sent.body == {"properties": {"email": "c0@example.com", "leadscore_s": "false"}}


def hubspot_told(world: World) -> list[tuple[str, str]]:
    """What HubSpot was told since, and that nothing waits then: address and whether it belongs."""
    world.receiver.forget()
    for _ in range(2):
        done = deliver("hubspot_segments", "--syncs", str(world.syncs), "--allow-removals")
        assert done.exit_code == 0, done.output
    told = [request.body["properties"] for request in world.receiver.accepted]
    return sorted((properties["email"], properties["leadscore_s"]) for properties in told)


def test_a_receiver_that_knows_people_by_address_hears_of_each_that_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drt.destinations import hubspot

    monkeypatch.setattr(hubspot, "_HUBSPOT_API", f"{world.receiver.url}/crm/v3/objects")
    monkeypatch.setenv("HUBSPOT_TOKEN", "secret")
    first = [(1, name, "added", 1) for name in PEOPLE]
    world.publish(*first)
    assert len(hubspot_told(world)) == 10
    # The address of c0 changes, c1 is deleted, c2 merges, and c4 takes over what c3 had.
    world.publish(*first, (2, "c0", "updated", 2), (2, "c1", "removed", 1), (2, "c2", "removed", 1),
                  (2, "c3", "updated", 2), (2, "c4", "updated", 2))  # fmt: skip
    for name, address in {
        "c0": "new@example.com",
        "c3": "other@example.com",
        "c4": "C3@example.com ",
    }.items():
        world.publication.contact(name, address)
    for name in ("c1", "c2"):
        world.publication.execute("delete from marts.segment_contacts where contact_id = ?", [name])
    assert hubspot_told(world) == [
        ("C3@example.com ", "true"), ("c0@example.com", "false"), ("c1@example.com", "false"),
        ("c2@example.com", "false"), ("c4@example.com", "false"), ("new@example.com", "true"),
        ("other@example.com", "true"),
    ]  # fmt: skip
    # What c4 has now is c5's, too: it stays when c4 leaves, and goes with the last of them.
    later = [(3, "c5", "updated", 3)]
    moves = [(2, "c0", "updated", 2), (2, "c1", "removed", 1), (2, "c2", "removed", 1),
             (2, "c3", "updated", 2), (2, "c4", "updated", 2), *later]  # fmt: skip
    world.publish(*first, *moves)
    world.publication.contact("c4", "c3@example.com")
    for name, address in {"c0": "new@example.com", "c3": "other@example.com", "c5": "c3@example.com"}.items():
        world.publication.contact(name, address)
    assert hubspot_told(world) == [("c3@example.com", "true"), ("c5@example.com", "false")]
    world.publication.execute("delete from marts.segment_contacts where contact_id = 'c4'")
    world.publication.history(
        *((run, name, change, True) for run, name, change, _ in (*first, *moves, (4, "c4", "removed", 1)))
    )
    hashes = {name: content for _, name, _, content in (*first, *moves)}
    for name, content in hashes.items():
        world.publication.execute(
            "update marts.segment_changes set content_hash = ? where contact_id = ?", [content, name]
        )
    assert hubspot_told(world) == []
    assert world.ledger("select count(*) from deliveries.members where contact_id = 'c4'") == [(0,)]


def test_the_ledger_keeps_addresses_only_for_who_knows_people_by_them(world: World) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    assert webhook(world).exit_code == 0
    assert world.ledger("select distinct email_on_file from deliveries.members") == [(None,)]


def test_mistakes_are_told_before_anything_is_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    done = deliver("nobody", "--syncs", str(world.syncs))
    assert done.exit_code == 2 and "there is no sync 'nobody'" in done.output
    done = deliver("slack_notifications", "--syncs", str(world.syncs))
    assert done.exit_code == 2 and "LEADSCORE_SLACK_WEBHOOK_URL is not set" in done.output
    world.change("crm_members", on_error="fail")
    with monkeypatch.context() as patch:
        patch.setenv("LEADSCORE_CRM_URL", world.receiver.url)
        done = webhook(world)
    assert done.exit_code == 2 and "crm_members.yml, sync.on_error: write skip" in done.output
    world.write("broken.yml", {"name": "broken", "model": "x", "destination": {"type": "postgress"}})
    done = webhook(world)
    assert done.exit_code == 2 and "broken.yml, destination" in done.output
    assert world.receiver.requests == []


def test_sql_that_fails_stops_its_own_sync_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(*((1, name, "added", 1) for name in PEOPLE))
    monkeypatch.setenv("LEADSCORE_CRM_URL", world.receiver.url)
    monkeypatch.setenv("LEADSCORE_CRM_TOKEN", "secret")
    sync = yaml.safe_load((world.syncs / "crm_members.yml").read_text(encoding="utf-8"))
    failing = "select *, cast(email as integer) as number from delivery.segment_changes"
    world.write("crm_members.yml", sync | {"model": failing})
    done = deliver("--syncs", str(world.syncs))
    assert done.exit_code == 1 and "crm_members: Conversion Error" in done.output
    assert "example.com" not in done.output, "DuckDB quotes the row that it can't convert"
    assert "Left out: slack_notifications" in done.output
    assert len(world.receiver.told()) == 10


def test_nothing_published_is_told(world: World) -> None:
    world.publication.database.unlink()
    done = webhook(world)
    assert done.exit_code == 1 and "Run `leadscore run` first" in done.output


def test_each_sync_is_documented_and_has_an_exposure() -> None:
    root = SYNCS.parent
    text = (root / "docs" / "delivery.md").read_text(encoding="utf-8")
    exposures = yaml.safe_load((root / "models" / "marts" / "_exposures.yml").read_text(encoding="utf-8"))
    named = {exposure["name"] for exposure in exposures["exposures"]}
    for path in SYNCS.glob("*.yml"):
        written = path.read_text(encoding="utf-8")
        sync = yaml.safe_load(written)
        assert sync["name"] == path.stem and sync["name"] in named and f"`{sync['name']}`" in text
        for variable in re.findall(r"\$\{(\w+)\}|_env: (\w+)", written):
            assert f"`{variable[0] or variable[1]}`" in text
    options = {name for parameter in _command().params for name in parameter.opts}
    assert set(re.findall(r"leadscore deliver[\w ]*(--[a-z-]+)", text)) <= options


def _command() -> Any:
    return typer.main.get_command(app).commands["deliver"]  # type: ignore[attr-defined]
