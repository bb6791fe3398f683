"""`leadscore deliver`: secrets and people stand in nothing that is told or kept, no secret goes openly."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
import yaml
from delivery_world import World, deliver, delivering
from leadscore.delivery.hiding import Hiding
from leadscore.delivery.ledger import ledger_path
from leadscore.delivery.secrets import fault, plain_addresses
from receiver import Request
from typer.testing import Result

TOKEN = "tok/EN-88+Qz=="
PERSON: dict[str, Any] = {
    "email": "Zelda.Quokka@Example.com",
    "phone": "+31 6 1234 5678",
    "first_name": "Zel/da",
    "last_name": 'O"Quokka & <Söns>',
    "company_name": "Émeraude\tBV",
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with delivering(tmp_path, monkeypatch) as made:
        monkeypatch.setenv("LEADSCORE_CRM_URL", f"{made.receiver.url}/members/{quote(TOKEN, safe='')}")
        monkeypatch.setenv("LEADSCORE_CRM_TOKEN", TOKEN)
        made.publish((1, "z1", "added", 1))
        made.publication.contact("z1", **PERSON)
        change(made, "crm_members", model="select * from delivery.segment_changes")
        yield made


def crm(world: World, *more: str) -> Result:
    return deliver("crm_members", "--syncs", str(world.syncs), *more)


def change(world: World, name: str, **keys: object) -> None:
    sync = yaml.safe_load((world.syncs / f"{name}.yml").read_text(encoding="utf-8"))
    world.write(f"{name}.yml", {**sync, **keys})


@pytest.mark.parametrize("written", [f"{TOKEN}\n", f" \t{TOKEN}\r\n\n", f"\u00a0{TOKEN}\u2028"])
def test_white_space_around_a_token_is_not_part_of_it(
    world: World, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_CRM_TOKEN", written)
    monkeypatch.setenv("LEADSCORE_CRM_URL", f"{world.receiver.url}/members\n")
    assert crm(world).exit_code == 0
    [sent] = world.receiver.accepted
    assert (sent.path, sent.headers["authorization"]) == ("/members", f"Bearer {TOKEN}")


@pytest.mark.parametrize(
    "written",
    ["", " \n", "TOK\nEN88", "TOK\r\nX-Evil: 1", "TOK\x1bEN88", "TOK\x7fEN", "TOK\x9bEN", "TÖKEN88"],
)
def test_a_token_that_can_not_be_sent_is_refused_before_anything_is(
    world: World, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_CRM_TOKEN", written)
    for names in (["crm_members"], ["segment_webhook", "crm_members"], []):
        for more in ([], ["--json"]):
            done = deliver(*names, "--syncs", str(world.syncs), *more)
            assert done.exit_code == 2, done.output
            assert "LEADSCORE_CRM_TOKEN" in done.output
            assert not any(part in done.output for part in ("EN88", "X-Evil", "TÖK"))
    assert world.receiver.requests == []
    assert deliver("segment_webhook", "--syncs", str(world.syncs)).exit_code == 0, "it isn't one of its"


@pytest.mark.parametrize(
    "variable", ["LEADSCORE_WEBHOOK_URL", "LEADSCORE_SLACK_WEBHOOK_URL", "HUBSPOT_TOKEN"]
)
@pytest.mark.parametrize("written", ["", "a\tbSECRET", "http://127.0.0.1/\x00"[:-1] + "\x85SECRET"])
def test_every_variable_is_checked(
    world: World, variable: str, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, written)
    done = deliver("--syncs", str(world.syncs))
    assert done.exit_code == 2 and variable in done.output and "SECRET" not in done.output
    assert world.receiver.requests == []


def test_what_stands_in_a_header_is_ascii_and_a_key_may_have_lines() -> None:
    assert fault("V", "ü", in_header=True) is not None
    assert fault("V", "ü", in_header=False) is None
    assert fault("V", "-----BEGIN\nx\n-----END", in_header=False, many_lines=True) is None
    assert fault("V", "a\udcffb", in_header=False) is not None


def told_forms(value: str) -> list[str]:
    """A value as a receiver may quote it."""
    forms = [value, value.upper(), json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]]
    forms += [
        json.dumps(value)[1:-1].replace("/", "\\/"),
        quote(value),
        quote(value, safe=""),
        repr(value)[1:-1],
    ]
    return [*forms, html.escape(value), b64encode(value.encode()).decode()]


SECRETS = [TOKEN, *PERSON.values()]


@pytest.mark.parametrize("secret", SECRETS)
def test_an_echo_shows_neither_token_nor_person(world: World, secret: str) -> None:
    """Each form in the answer about a contact of its own."""
    forms = {f"z{number}": form for number, form in enumerate(told_forms(secret), start=1)}
    world.publish(*((1, contact, "added", 1) for contact in forms))
    for contact in forms:
        world.publication.contact(contact, **PERSON)

    def echo(request: Request) -> tuple[int, str, dict[str, str]]:
        form = forms[request.body["contact_id"]]
        return 422, f"no: <{form}>, {form}.\x1b[2J", {}

    world.receiver.answer = echo
    done, [found] = crm(world), json.loads(crm(world, "--json").stdout)
    assert done.exit_code == 1
    rejected = world.ledger("select contact_id, reason from deliveries.rejected")
    reasons = {str(contact): str(reason) for contact, reason in rejected}
    assert {row["contact_id"]: row["reason"] for row in found["rejected"]} == reasons
    assert reasons.keys() == forms.keys()
    for contact, form in forms.items():
        reason = reasons[contact]
        assert "***" in reason and reason.isprintable() and len(reason) <= 100
        for kept in (done.output, json.dumps(found, ensure_ascii=False), *reasons.values()):
            assert form.lower() not in kept.lower(), (contact, kept)


def test_a_whole_request_that_comes_back_tells_nothing(world: World) -> None:
    def echo(request: Request) -> tuple[int, str, dict[str, str]]:
        return 400, f"{request.method} {request.path} {request.headers} {json.dumps(request.body)}", {}

    def late_echo(request: Request) -> tuple[int, str, dict[str, str]]:
        return 400, f"{'x' * 470} {echo(request)[1]}", {}

    for answer in (echo, late_echo):
        world.receiver.answer = answer
        done = crm(world, "--json")
        kept = ledger_path(world.database).read_bytes()
        for secret in SECRETS:
            for form in told_forms(secret):
                assert form not in done.output
                assert form.encode() not in kept


def test_a_password_is_hidden_as_its_header_holds_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_CRM_USER", "ann ")
    monkeypatch.setenv("LEADSCORE_CRM_TOKEN", "pw1é\n")
    auth = {"type": "basic", "username_env": "LEADSCORE_CRM_USER", "password_env": "LEADSCORE_CRM_TOKEN"}
    address = "${LEADSCORE_CRM_URL}"
    change(world, "crm_members", destination={"type": "rest_api", "url": address, "auth": auth})
    world.receiver.answer = lambda request: (409, request.headers["authorization"], {})
    done = crm(world)
    [sent] = world.receiver.requests
    assert sent.headers["authorization"] == f"Basic {b64encode('ann:pw1é'.encode()).decode()}"
    assert world.ledger("select reason from deliveries.rejected") == [("Basic ***",)]
    assert "Basic ***" in done.output


def test_a_value_that_is_cut_is_hidden_up_to_its_cut() -> None:
    hiding = Hiding([TOKEN * 3])
    for shift in range(60):
        text = ("-" * shift + f"{TOKEN * 3} " * 40)[:500]
        told = hiding.answer(text, {"name": "Quokkalast"}, 400)
        assert TOKEN[:2] not in told.replace("***", ""), (shift, told)
    assert hiding.answer("no Quok", {"name": "Quokkalast"}, 400) == "no Quok", "nothing was cut here"


@pytest.mark.parametrize("short", ["Jo", "Al", "42", 42, 7.5])
def test_a_short_value_is_hidden_as_a_word(short: object) -> None:
    told = Hiding([]).answer(
        f"name {short} is also in {short}x", {"name": short, "gone": None, "is": True}, 400
    )
    assert told == f"name *** is also in {short}x"


def test_addresses_and_authorization_of_anybody_are_hidden() -> None:
    told = Hiding([]).answer('{"owner": "bob@x.example"} Bearer abcdefghijklmnopq, Basic realm', {}, 409)
    assert told == '{"owner": "***"} Bearer ***, Basic realm'


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select '${LEADSCORE_CRM_TOKEN}' as x, from from delivery.segment_changes", 2),
        ('select "${LEADSCORE_CRM_TOKEN}", * from delivery.segment_changes', 2),
        ("select *, nothing('${LEADSCORE_CRM_TOKEN}') from delivery.segment_changes", 2),
        (
            "select *, cast('${LEADSCORE_CRM_TOKEN}' || email as integer) as x from delivery.segment_changes",
            1,
        ),
        ("select *, error('${LEADSCORE_CRM_TOKEN}' || email) as x from delivery.segment_changes", 1),
    ],
)
def test_an_error_in_sql_quotes_neither_its_secrets_nor_its_rows(world: World, sql: str, code: int) -> None:
    change(world, "crm_members", model=sql)
    for more in ([], ["--json"]):
        done = deliver("crm_members", "segment_webhook", "--syncs", str(world.syncs), *more)
        assert done.exit_code == code, done.output
        assert "crm_members" in done.output
        for secret in (TOKEN, TOKEN[:6], "quokka@", "Zelda"):
            assert secret.lower() not in done.output.lower(), done.output
    assert (world.receiver.requests == []) == (code == 2), "all syncs are compiled before one sends"


def test_what_is_no_sync_is_told_without_its_secrets(world: World) -> None:
    change(world, "crm_members", sync={"on_error": "skip", "batch_size": "${LEADSCORE_CRM_TOKEN}"})
    done = crm(world)
    assert done.exit_code == 2 and "crm_members.yml, sync.batch_size" in done.output
    assert TOKEN not in done.output


def test_longer_reasons_of_before_are_read_and_hidden(world: World) -> None:
    world.receiver.answer = lambda request: (422, "no", {})
    assert crm(world).exit_code == 1
    with duckdb.connect(str(ledger_path(world.database))) as connection:
        old = f"Bearer {TOKEN} {'x' * 480}"
        connection.execute("update deliveries.rejected set reason = ?, receiver = 'crm'", [old])
    change(world, "crm_members", model="select * from delivery.segment_changes where false")
    [found] = json.loads(crm(world, "--json").stdout)
    assert found["rejected"][0]["reason"] == f"Bearer *** {'x' * 480}"


OPEN = [
    "http://tool.example/x", "HTTP://TOOL.EXAMPLE", "http://10.0.0.1:80/x", "http://127.0.0.1.tool.example/",
    "http://localhost@tool.example/", "http://[::ffff:8.8.8.8]/", "http://0.0.0.0/", "http://2130706433/",
    "http://user:pass@tool.example/",
]  # fmt: skip
OWN = [
    "https://tool.example/x", "http://localhost:8080/x", "http://LOCALHOST", "http://127.0.0.1/", "http://127.9.9.9:1",
    "http://[::1]:80/x", "http://[::ffff:127.0.0.1]/", "ftp", "",
]  # fmt: skip


@pytest.mark.parametrize("address", OPEN)
def test_a_secret_goes_over_plain_http_to_this_machine_only(
    world: World, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(plain_addresses({"a": [address]})) == [address]
    monkeypatch.setenv("LEADSCORE_CRM_URL", address)
    done = deliver("segment_webhook", "crm_members", "--syncs", str(world.syncs))
    assert done.exit_code == 2
    assert "LEADSCORE_CRM_TOKEN" in done.output and "--insecure" in done.output
    assert address not in done.output and TOKEN not in done.output
    assert world.receiver.requests == []


@pytest.mark.parametrize("address", OWN)
def test_other_addresses_are_not_plain(address: str) -> None:
    assert list(plain_addresses({"a": address})) == []


DESTINATIONS: dict[str, dict[str, Any]] = {
    "token in the file": {"url": "http://127.0.0.2.example/", "auth": {"type": "bearer", "token": "x"}},
    "header in the file": {"url": "http://tool.example/", "headers": {"Authorization": "Basic eA=="}},
    "variable in a header": {"url": "http://tool.example/", "headers": {"X-Key": "${LEADSCORE_CRM_TOKEN}"}},
    "address of tokens": {
        "url": "https://tool.example/",
        "auth": {
            "type": "oauth2_client_credentials",
            "token_url": "http://tool.example/token",
            "client_id_env": "LEADSCORE_CRM_URL",
            "client_secret_env": "LEADSCORE_CRM_TOKEN",
        },
    },
}


@pytest.mark.parametrize("destination", DESTINATIONS.values(), ids=DESTINATIONS)
def test_wherever_a_secret_stands_plain_http_is_refused(world: World, destination: dict[str, Any]) -> None:
    change(world, "crm_members", destination={"type": "rest_api", **destination})
    done = crm(world)
    assert done.exit_code == 2 and "plain http" in done.output, done.output
    assert crm(world, "--mark-delivered").exit_code == 0, "nothing is sent"


def test_insecure_sends_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_SLACK_WEBHOOK_URL", "http://nobody.invalid/T0/B0/secretpart")
    world.crossing("ann", 9)
    arguments = ("slack_notifications", "--syncs", str(world.syncs))
    assert deliver(*arguments).exit_code == 2
    done = deliver(*arguments, "--insecure")
    assert done.exit_code == 1 and "1 row was not accepted" in done.output, done.output
    assert "secretpart" not in done.output
