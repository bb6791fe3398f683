"""`leadscore deliver`: notifications by e-mail, to a real local server, and as cards for Teams."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from delivery_world import World, deliver, delivering
from leadscore.delivery.hiding import Hiding
from mail_server import MailServer, mail_server
from typer.testing import Result

PASSWORD = "p@ss/word-77"
WRITTEN = "p%40ss%2Fword-77"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mail: MailServer) -> Iterator[World]:
    monkeypatch.setenv("LEADSCORE_SMTP_URL", f"smtp://ann:{WRITTEN}@127.0.0.1:{mail.port}")
    monkeypatch.setenv("LEADSCORE_MAIL_FROM", "Scores <scores@team.example>")
    monkeypatch.setenv("LEADSCORE_MAIL_TO", "sales@team.example, Bob <bob@team.example>")
    with delivering(tmp_path, monkeypatch) as made:
        yield made


def send(world: World, *arguments: str) -> Result:
    return deliver("email_notifications", "--syncs", str(world.syncs), *arguments)


def test_each_notification_is_one_mail_whatever_stands_in_the_data(world: World, mail: MailServer) -> None:
    evil = "ann\r\nBcc: everybody@x.example\r\n\r\n.\r\nRSET"
    for contact in (evil, "zoë 你好"):
        world.crossing(contact, 9)
    for _ in range(2):
        done = send(world)
        assert done.exit_code == 0, done.output
    assert len(mail.messages) == 2 and mail.logins == [("ann", PASSWORD)] * 2
    found = {str(message["Subject"]): (recipients, message) for recipients, message in mail.messages}
    assert set(found) == {
        "Hot <&> now: ann Bcc: everybody@x.example . RSET (Model m)", "Hot <&> now: zoë 你好 (Model m)",
    }  # fmt: skip
    recipients, message = found["Hot <&> now: zoë 你好 (Model m)"]
    assert recipients == ["sales@team.example", "bob@team.example"]
    assert str(message["From"]) == "Scores <scores@team.example>" and message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == (
        "zoë 你好 entered Hot <&> now (Model m) with a score of 60.5.\n\nVisited (+60)\n\nTo do: Call\n"
    )
    assert str(message["Message-ID"]).endswith("@team.example>")
    assert all(message["Bcc"] is None for _, message in mail.messages)


def test_a_message_that_is_refused_waits_and_holds_up_no_others(world: World, mail: MailServer) -> None:
    for contact in ("ann", "bob", "cal", "dan", "eve"):
        world.crossing(contact, 9)
    mail.answer = lambda command, rest: (
        "554 5.7.1 spam" if command == "CONTENT" and "eve" not in rest else None
    )
    for attempt in (1, 2):
        [done] = json.loads(send(world, "--json").stdout)
        assert done["problem"] == "4 rows were not accepted and wait"
        told = {(row["http_status"], row["attempts"], row["reason"]) for row in done["rejected"]}
        assert told == {(554, attempt, "554 5.7.1 spam")}
    mail.answer = lambda command, rest: None
    assert send(world).exit_code == 0 and len(mail.messages) == 5


@pytest.mark.parametrize(
    ("command", "told", "words"),
    [
        ("AUTH", "535 no ann p@ss/word-77", "refuses the login: 535 no ann ***"),
        ("MAIL", "550 not you", "refuses the sender: 550 not you"),
        ("RCPT", "550 nobody here", "refuses all recipients: 550 nobody here; 550 nobody here"),
        ("CONTENT", "452 full", "puts off: 452 full"),
        ("EHLO", "421 busy", "the mail server"),
    ],
)
def test_a_server_that_refuses_stops_the_sync_without_a_word_of_its_password(
    world: World, mail: MailServer, command: str, told: str, words: str
) -> None:
    for contact in ("ann", "bob", "cal"):
        world.crossing(contact, 9)
    mail.answer = lambda given, rest: told if given == command else None
    done = send(world)
    assert done.exit_code == 1 and "3 rows wait" in done.output, done.output
    assert words.replace("ann ", "") in done.output.replace("ann ", ""), done.output
    assert PASSWORD not in done.output and WRITTEN not in done.output
    assert len(mail.logins) <= 1, "one is enough to know"
    mail.answer = lambda given, rest: None
    assert send(world).exit_code == 0 and len(mail.messages) == 3


def test_a_server_that_is_down_loses_nothing(
    world: World, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.crossing("ann", 9)
    with socket.socket() as taken, monkeypatch.context() as patch:
        taken.bind(("127.0.0.1", 0))
        patch.setenv("LEADSCORE_SMTP_URL", f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        done = send(world)
        assert done.exit_code == 1 and "doesn't answer" in done.output and "1 row waits" in done.output
        patch.setenv("LEADSCORE_SMTP_URL", "mail.team.example")
        assert "isn't an address like smtp://" in send(world).output
        patch.setenv("LEADSCORE_SMTP_URL", f"smtp://ann:p%C3%A4ss@127.0.0.1:{mail.port}")
        assert "has to be ASCII" in send(world).output
    assert send(world).exit_code == 0 and len(mail.messages) == 1


def test_one_recipient_who_is_refused_is_told_and_the_others_have_it(world: World, mail: MailServer) -> None:
    world.crossing("ann", 9)
    mail.answer = lambda command, rest: "550 who" if command == "RCPT" and "bob" in rest else None
    done = send(world)
    assert done.exit_code == 0 and "1 of 2 recipients refused" in done.output
    assert [recipients for recipients, _ in mail.messages] == [["sales@team.example"]]


def test_what_was_accepted_before_the_trouble_is_not_sent_again(world: World, mail: MailServer) -> None:
    shipped = world.syncs / "email_notifications.yml"
    text = shipped.read_text(encoding="utf-8")
    assert "batch_size: 1" in text
    shipped.write_text(text.replace("batch_size: 1", "batch_size: 10"), encoding="utf-8")
    world.crossing("ann", 9)
    world.crossing("bob", 9)
    begun: list[str] = []
    mail.answer = lambda command, rest: (
        "451 later" if command == "MAIL" and (begun.append(rest) or len(begun) == 2) else None  # type: ignore[func-returns-value]
    )
    assert "1 row delivered" in send(world).output and len(mail.messages) == 1
    assert send(world).exit_code == 0
    assert sorted(str(message["Subject"]).split()[-3] for _, message in mail.messages) == ["ann", "bob"]


@pytest.mark.parametrize("farewell", ["250 goodbye", "421 closing"])
def test_what_was_accepted_is_sent_whatever_the_farewell(
    world: World, mail: MailServer, farewell: str
) -> None:
    world.crossing("ann", 9)
    mail.answer = lambda command, rest: farewell if command == "QUIT" else None
    for _ in range(2):
        done = send(world)
        assert done.exit_code == 0, done.output
    assert len(mail.messages) == 1


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("smtp://u:secretpw@mail.example?tls=none", True),
        ("smtp://mail.example:25?tls=none", True),
        ("smtp://u:secretpw@mail.example", False),
        ("smtps://u:secretpw@mail.example", False),
        ("smtp://127.0.0.1:25?tls=none", False),
    ],
)
def test_mail_goes_to_another_machine_with_tls_only(
    world: World, address: str, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_SMTP_URL", address)
    done = send(world)
    assert ("without TLS" in done.output) == is_refused, done.output
    assert done.exit_code == (2 if is_refused else 0) and "secretpw" not in done.output


@pytest.mark.parametrize(
    ("variable", "value"),
    [("LEADSCORE_MAIL_TO", "nobody"), ("LEADSCORE_MAIL_FROM", "a@x.example\nBcc: b@x.example")],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(
    world: World, mail: MailServer, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert send(world).exit_code == 2 and mail.logins == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl = shutil.which("openssl")
    assert openssl is not None
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", certificate, "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    world.crossing("ann", 9)
    with mail_server(context) as server:
        monkeypatch.setenv("LEADSCORE_SMTP_URL", f"smtps://ann:{WRITTEN}@127.0.0.1:{server.port}")
        done = send(world)
        assert done.exit_code == 1 and "certificate verify failed" in done.output and server.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(world).exit_code == 0 and len(server.messages) == 1


def test_a_password_is_hidden_as_it_is_and_as_an_address_writes_it() -> None:
    hiding = Hiding([f"smtp://ann:{WRITTEN}@mail.example"])
    assert hiding.hidden(f"{PASSWORD}, {WRITTEN}") == "***, ***"


def test_teams_gets_a_card_whose_texts_are_no_markup(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_TEAMS_WEBHOOK_URL", f"{world.receiver.url}/workflows/1?sig=secret-sig-9")
    world.receiver.answer = lambda request: (202, "", {})
    person = '**bold** [x](http://evil.example) "quoted"\n# h'
    world.crossing(person, 9)
    for _ in range(2):
        done = deliver("teams_notifications", "--syncs", str(world.syncs))
        assert done.exit_code == 0, done.output
    [sent] = world.receiver.accepted
    assert sent.body["type"] == "message"
    [attachment] = sent.body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    texts = ["".join(run["text"] for run in block["inlines"]) for block in card["body"]]
    assert texts == ["Hot <&> now (Model m)", f"{person}, score 60.5", "Visited (+60)", "→ Call"]
    assert len(json.dumps(sent.body)) < 28_000
    world.receiver.answer = lambda request: (400, "bad sig=secret-sig-9", {})
    world.crossing("bob", 10)
    done = deliver("teams_notifications", "--syncs", str(world.syncs))
    assert done.exit_code == 1 and "400" in done.output and "secret-sig-9" not in done.output
