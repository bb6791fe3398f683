"""`leadscore deliver`: a receiver that refuses all, redirects, or answers without end harms nobody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import sleep

import httpx
import pytest
import yaml
from delivery_world import PEOPLE, SYNCS, World, deliver, delivering, webhook
from leadscore.delivery import answers
from leadscore.delivery.answers import LONGEST_ANSWER, bounded_answers
from leadscore.delivery.ledger import ledger_path
from leadscore.delivery.trouble import ROWS, Trouble
from receiver import Content, Request, receiving

MEGABYTE = 1_000_000


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with delivering(tmp_path, monkeypatch) as made:
        made.publish(*((1, name, "added", 1) for name in PEOPLE))
        yield made


def test_a_receiver_that_refuses_all_gets_three_rows(world: World) -> None:
    with receiving() as other:
        for status in (401, 403, 404, 407, 410, 300, 301, 302, 303, 307, 308):
            world.receiver.forget()
            world.receiver.answer = lambda request, status=status: (  # type: ignore[misc]
                status,
                "go away",
                {"Location": f"{other.url}/elsewhere"} if status < 400 else {},
            )
            done = webhook(world)
            assert done.exit_code == 1
            assert len(world.receiver.requests) == ROWS == 3, status
            told = [line for line in done.output.splitlines() if str(status) in line]
            assert len(told) == 1 and "go away; 10 rows wait" in told[0], done.output
            assert "Not accepted" not in done.output
            [found] = json.loads(webhook(world, "--json").stdout)
            assert (found["accepted"], found["rejected"]) == (0, [])
        assert other.requests == [], "redirects aren't followed"
    world.receiver.answer = lambda request: (200, "", {})
    assert webhook(world).exit_code == 0
    assert world.receiver.told() == [(name, "added") for name in PEOPLE]


@pytest.mark.parametrize("status", [404, 410])
def test_rows_that_a_receiver_does_not_know_hold_up_no_others(world: World, status: int) -> None:
    """As of an API where a row has an address: these six aren't there."""
    unknown = set(PEOPLE[:6])
    world.receiver.answer = lambda request: (
        (status, "no such contact", {}) if request.body["contact_id"] in unknown else (200, "", {})
    )
    for _ in range(4):
        assert webhook(world).exit_code == 1
    known = [name for name in PEOPLE if name not in unknown]
    assert world.receiver.told() == [(name, "added") for name in known]
    world.receiver.forget()
    assert webhook(world).exit_code == 1
    assert len(world.receiver.requests) == ROWS


@pytest.mark.parametrize(
    ("answers", "stops_after"),
    [
        ([401, 401, 401], 3),
        ([401, 302, 503], 3),
        ([401, 401, 200, 401, 401, 200], None),
        ([401, 401, 422, 401, 401], None),
        ([404, 404, 404], 3),
        ([200, 404, 404, 404, 404], None),
        ([200, 403, 403, 403], 4),
        ([422, 410, 404, 410], 4),
        ([None, 429, 500], 3),
        ([400, 409, 413, 422, 451] * 3, None),
    ],
)
def test_three_in_a_row_are_the_receiver(answers: list[int | None], stops_after: int | None) -> None:
    trouble = Trouble()
    stopped = None
    for number, status in enumerate(answers, start=1):
        if status == 200:
            trouble.accepted()
        else:
            trouble.refused(status, "")
        if trouble.told and stopped is None:
            stopped = number
    assert stopped == stops_after


def test_a_batch_that_is_refused_stops_too(world: World) -> None:
    sync = yaml.safe_load((world.syncs / "segment_webhook.yml").read_text(encoding="utf-8"))
    rows = "{% for row in rows %}{{ row.contact_id }} {% endfor %}"
    sync["destination"] |= {"body_mode": "batch", "batch_template": f'{{"all": "{rows}"}}'}
    del sync["destination"]["native_idempotency_key"]
    sync["sync"]["batch_size"] = 4
    world.write("segment_webhook.yml", sync)
    world.receiver.answer = lambda request: (403, "no", {})
    done = webhook(world)
    assert done.exit_code == 1 and len(world.receiver.requests) == 1 and "10 rows wait" in done.output


def plain(size: int) -> Iterable[bytes]:
    return (b"x" * MEGABYTE for _ in range(size // MEGABYTE))


def packed(size: int, form: int = zlib.MAX_WBITS | 16) -> Iterable[bytes]:
    """As many bytes in a few: after a full flush deflate's blocks can be repeated as they are."""
    packer = zlib.compressobj(9, zlib.DEFLATED, form)
    head = packer.compress(b"x" * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"x" * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    yield head
    yield from (block for _ in range(size // MEGABYTE - 1))


def peak_of_delivery(world: World) -> tuple[int, float]:
    """The exit code of a delivery as a process of its own, and its peak of memory in MB."""
    command = [str(Path(sys.executable).with_name("leadscore")), "deliver", "segment_webhook"]
    with subprocess.Popen(
        [*command, "--syncs", str(world.syncs)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def test_a_long_answer_takes_no_memory(world: World) -> None:
    contents: dict[str, Callable[[], tuple[Content, dict[str, str]]]] = {
        "200 MB": lambda: (plain(200 * MEGABYTE), {}),
        "1 GB in gzip": lambda: (packed(1000 * MEGABYTE), {"Content-Encoding": "gzip"}),
        "1 GB in deflate": lambda: (packed(1000 * MEGABYTE, zlib.MAX_WBITS), {"Content-Encoding": "deflate"}),
    }
    world.receiver.answer = lambda request: (422, "short", {})
    code, usual = peak_of_delivery(world)
    assert code == 1
    peaks = {}
    for name, content in contents.items():
        world.receiver.answer = lambda request, content=content: (422, *content())  # type: ignore[misc]
        code, peaks[name] = peak_of_delivery(world)
        assert code == 1
    print(f"peak in MB: usually {usual:.0f}; { ({name: round(peak) for name, peak in peaks.items()}) }")
    assert all(peak < usual + 40 for peak in peaks.values()), (usual, peaks)
    assert {reason for (reason,) in world.ledger("select reason from deliveries.rejected")} == {
        "x" * 99 + "…"
    }
    world.receiver.answer = lambda request: (200, *contents["1 GB in gzip"]())
    code, peak = peak_of_delivery(world)
    assert code == 0 and peak < usual + 40
    assert world.receiver.told() == [(name, "added") for name in PEOPLE]


@pytest.mark.parametrize(
    ("content", "packing", "read"),
    [
        ([b"plain"], "identity", b"plain"),
        ([b"a" * 70_000], "", b"a" * LONGEST_ANSWER),
        (list(packed(3 * MEGABYTE)), "gzip", b"x" * LONGEST_ANSWER),
        (list(packed(3 * MEGABYTE, zlib.MAX_WBITS)), "DEFLATE", b"x" * LONGEST_ANSWER),
        ([b"no gzip at all"], "gzip", b""),
        ([b"\x0b\x02\x80"], "br", b""),
        (list(packed(MEGABYTE)), "gzip, gzip", b""),
        ([b"", b""], "gzip", b""),
    ],
)
def test_the_beginning_of_an_answer_is_read(content: list[bytes], packing: str, read: bytes) -> None:
    asked: list[str] = []

    def answer(request: Request) -> tuple[int, Content, dict[str, str]]:
        asked.append(request.headers["accept-encoding"])
        return 200, content, {"Content-Encoding": packing} if packing else {}

    with receiving() as receiver, bounded_answers():
        receiver.answer = answer
        with httpx.Client(timeout=5) as client:
            got = client.post(receiver.url, json={})
            assert (got.status_code, got.content) == (200, read)
            with client.stream("POST", receiver.url, json={}) as streamed:
                assert streamed.read() == read
    assert asked == ["identity"] * 2
    assert httpx.Client.__module__.startswith("httpx"), "what others make is as it was"


def test_an_answer_that_drips_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST_SECONDS", 0.3)

    def drip() -> Iterator[bytes]:
        while True:
            yield b"x"
            sleep(0.05)

    with receiving() as receiver, bounded_answers(), httpx.Client(timeout=5) as client:
        receiver.answer = lambda request: (200, drip(), {})
        got = client.post(receiver.url, json={})
    assert got.status_code == 200 and 1 < len(got.content) < 30


def test_what_goes_to_this_machine_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver, receiving() as proxy, bounded_answers():
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        with httpx.Client(timeout=5) as client:
            client.post(receiver.url, json={"told": "this machine"})
            client.post(receiver.url.replace("127.0.0.1", "localhost"), json={"told": "this machine"})
            with pytest.raises(httpx.ConnectError):
                client.post(receiver.url.replace("127.0.0.1", "127.9.9.9"), json={"told": "nobody"})
            client.post("http://tool.example/", json={"told": "another machine"})
    assert [request.body["told"] for request in receiver.requests] == ["this machine"] * 2
    assert [request.body["told"] for request in proxy.requests] == ["another machine"]


@pytest.mark.parametrize("damage", ["no database", "", "cut", "flipped", "another"])
def test_a_damaged_ledger_sends_nothing_and_gives_advice(world: World, damage: str) -> None:
    assert webhook(world).exit_code == 0
    world.publish(*((1, name, "added", 2) for name in PEOPLE))
    world.receiver.forget()
    path = ledger_path(world.database)
    whole = path.read_bytes()
    flipped = whole[: len(whole) // 3] + bytes(b ^ 255 for b in whole[len(whole) // 3 :])
    contents = {"cut": whole[: len(whole) // 2], "flipped": flipped, "another": whole[:4096] * 3}
    path.write_bytes(contents.get(damage, damage.encode()))
    done = webhook(world)
    assert done.exit_code == 1, done.output
    assert str(path) in done.output and "Put a backup of it in its place" in done.output
    assert isinstance(done.exception, SystemExit) and world.receiver.requests == []


@pytest.mark.parametrize(
    "segment_id", ['a"b', 'x": "1", "lifecyclestage', "back\\slash", "line\nbreak", "é {{ 1 }}"]
)
def test_a_segment_id_is_text_to_every_receiver(
    tmp_path: Path, segment_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drt.destinations import hubspot

    with delivering(tmp_path, monkeypatch, segment_id) as world:
        monkeypatch.setattr(hubspot, "_HUBSPOT_API", f"{world.receiver.url}/crm")
        monkeypatch.setenv("HUBSPOT_TOKEN", "secret")
        monkeypatch.setenv("LEADSCORE_CRM_URL", f"{world.receiver.url}/members")
        monkeypatch.setenv("LEADSCORE_CRM_TOKEN", "secret")
        world.publish((1, "ann", "added", 1))
        done = deliver("hubspot_segments", "segment_webhook", "crm_members", "--syncs", str(world.syncs))
        assert done.exit_code == 0, done.output
        sent = {request.path: request.body for request in world.receiver.accepted}
        properties = sent["/crm/contacts"]["properties"]
        assert properties[f"leadscore_{segment_id}"] == "true"
        assert set(properties) == {"email", f"leadscore_{segment_id}", "firstname", "lastname", "company"}
        assert sent["/hook"]["segment_id"] == sent["/members"]["segment_id"] == segment_id
        world.publish((1, "ann", "added", 1), (2, "ann", "removed", 1))
        assert deliver("crm_removals", "--syncs", str(world.syncs), "--allow-removals").exit_code == 0
        assert world.receiver.accepted[-1].body == {"segment_id": segment_id, "contact_id": "ann"}


def test_an_email_leads_to_no_other_object_of_hubspot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drt.destinations import hubspot

    odd = [
        "../companies/1?x=@y.example",
        "a/b@y.example",
        "a#b@y.example",
        "a%2e@y.example",
        "a\\b@y.example",
    ]
    with delivering(tmp_path, monkeypatch) as world:
        monkeypatch.setattr(hubspot, "_HUBSPOT_API", f"{world.receiver.url}/crm")
        monkeypatch.setenv("HUBSPOT_TOKEN", "secret")
        world.publish(*((1, f"c{number}", "added", 1) for number in range(len(odd) + 1)))
        for number, email in enumerate(odd):
            world.publication.contact(f"c{number}", email)
        world.receiver.answer = lambda request: (409 if request.method == "POST" else 200, "", {})
        assert deliver("hubspot_segments", "--syncs", str(world.syncs)).exit_code == 0
        assert {request.path for request in world.receiver.requests} == {
            "/crm/contacts", f"/crm/contacts/c{len(odd)}@example.com?idProperty=email",
        }  # fmt: skip
        assert len(world.receiver.requests) == 2


def test_what_stands_in_json_is_written_as_json() -> None:
    """In the syncs that ship: no value of a row within quotes of a template that becomes JSON."""
    for path in SYNCS.glob("*.yml"):
        destination = yaml.safe_load(path.read_text(encoding="utf-8"))["destination"]
        names = ["body_template", "batch_template", "properties_template"]
        if destination["type"] == "mail":
            continue  # plain text
        for name in [*names, *(["message_template"] if destination.get("adaptive_card") else [])]:
            for piece in destination.get(name, "").split("{{")[1:]:
                assert "tojson_safe }}" in piece, (path.name, piece)
