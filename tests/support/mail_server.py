"""A real local mail server that keeps what it is sent, and answers as a test tells it."""

from __future__ import annotations

import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from receiver import POLL_SECONDS


@dataclass
class MailServer:
    """The server, and what it was sent.

    Attributes:
        answer: What is answered to a command, given its first word and the rest; None: what is usual.
        messages: The messages that were accepted, with their recipients.
        logins: Users and passwords.
        context: For TLS from the beginning.
    """

    port: int = 0
    answer: Callable[[str, str], str | None] = lambda command, rest: None
    messages: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    context: ssl.SSLContext | None = None


USUAL = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 in", "DATA": "354 go on", "QUIT": "221 bye"}


@contextmanager
def mail_server(context: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """Run a server as long as a test needs it."""
    mail = MailServer(context=context)

    class Handler(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            if mail.context is not None:
                self.request = mail.context.wrap_socket(self.request, server_side=True)
            super().setup()

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            self.say("220 ready")
            recipients: list[str] = []
            while line := self.rfile.readline():
                command, _, rest = line.decode().strip().partition(" ")
                command = command.upper()
                told = mail.answer(command, rest) or USUAL.get(command, "250 fine")
                if command == "AUTH":
                    _, user, password = b64decode(rest.split()[1]).decode().split("\0")
                    mail.logins.append((user, password))
                if command == "MAIL":
                    recipients = []
                if command == "RCPT" and told.startswith("2"):
                    recipients.append(rest.partition("<")[2].partition(">")[0])
                self.say(told)
                if command == "DATA" and told.startswith("3"):
                    self.take(recipients)
                if command == "QUIT":
                    return

        def take(self, recipients: list[str]) -> None:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line[1:] if line.startswith(b"..") else line)
            content = b"".join(lines)
            told = mail.answer("CONTENT", content.decode()) or "250 taken"
            if told.startswith("2"):
                mail.messages.append((recipients, message_from_bytes(content, policy=default)))
            self.say(told)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is one of the things that are tested."""

    with Server(("127.0.0.1", 0), Handler) as server:
        mail.port = server.server_address[1]
        worker = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
        worker.start()
        try:
            yield mail
        finally:
            server.shutdown()
            worker.join()
