"""A real local HTTP server that keeps what it is sent, and answers as a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# A text, or bytes piece by piece, however many: the sender may hang up before the last.
Content = str | Iterable[bytes]
# How often a server looks whether it is to end: a test waits for that.
POLL_SECONDS = 0.01


@dataclass
class Request:
    """What was sent: method, path, headers in lower case, and the body: as JSON, or else as text."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    text: str = ""


@dataclass
class Receiver:
    """The server, and what it was sent.

    Attributes:
        answer: The status, body and headers for each request.
        requests: All requests, those that weren't accepted too.
        accepted: Those that were answered with a status below 300.
    """

    url: str = ""
    answer: Callable[[Request], tuple[int, Content, dict[str, str]]] = lambda request: (200, "{}", {})
    requests: list[Request] = field(default_factory=list)
    accepted: list[Request] = field(default_factory=list)

    def told(self) -> list[tuple[str, str]]:
        """The contact and change of each request that was accepted, sorted."""
        return sorted((request.body["contact_id"], request.body["change"]) for request in self.accepted)

    def forget(self) -> None:
        """Start counting anew."""
        self.requests.clear()
        self.accepted.clear()


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """Run a server as long as a test needs it."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            text = self.rfile.read(length).decode()
            kind = headers.get("content-type", "")
            is_json = not kind.startswith(("text/csv", "application/x-www-form-urlencoded"))
            body = json.loads(text or "{}") if is_json else {}
            request = Request(self.command, self.path, headers, body, text)
            receiver.requests.append(request)
            status, content, more = receiver.answer(request)
            if status < 300:
                receiver.accepted.append(request)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            if isinstance(content, str):
                self.send_header("Content-Length", str(len(content.encode())))
                self.end_headers()
                self.wfile.write(content.encode())
                return
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(ConnectionError):
                for piece in content:
                    self.wfile.write(piece)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    worker = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    worker.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        worker.join()
