"""Answers of receivers are read to 64 kB, and for a minute: httpx would read, and unpack, all of them.

Who asks for a list says by `longest_answer`, an extension of its request, how much of it is read.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpx

from leadscore.delivery.secrets import is_this_machine

LONGEST_ANSWER, LONGEST_SECONDS = 65_536, 60
IDENTITY, UNPACKED = ("", "identity"), ("gzip", "x-gzip", "deflate")
# They belong to the answer as it was sent, not to its beginning.
OF_THE_WHOLE = ("content-encoding", "content-length", "transfer-encoding")


class _BoundedClient(httpx.Client):
    """httpx's client, which asks for answers that aren't packed and keeps the beginning of each."""

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Send a request; the answer is there, however it was asked for, and its connection is done with."""
        request.headers["Accept-Encoding"] = "identity"
        answer = super().send(request, stream=True, **options)
        try:
            content = _beginning(answer, request.extensions.get("longest_answer", LONGEST_ANSWER))
        finally:
            answer.close()
        return httpx.Response(
            answer.status_code,
            headers=[pair for pair in answer.headers.multi_items() if pair[0].lower() not in OF_THE_WHOLE],
            content=content,
            request=request,
        )

    def _transport_for_url(self, url: httpx.URL) -> httpx.BaseTransport:
        """What is sent to this machine goes through no proxy: it may be a secret without https."""
        return self._transport if is_this_machine(str(url)) else super()._transport_for_url(url)


@contextmanager
def bounded_answers() -> Iterator[None]:
    """Let drt, which makes its clients itself, make bounded ones."""
    whole = httpx.Client
    httpx.Client = _BoundedClient  # type: ignore[misc]
    try:
        yield
    finally:
        httpx.Client = whole  # type: ignore[misc]


def _beginning(answer: httpx.Response, longest: int) -> bytes:
    """So much of an answer, both as it comes and unpacked; nothing of one that can't be unpacked.

    One that drips is cut where its time is over: its status is known.
    """
    packing = answer.headers.get("Content-Encoding", "").strip().lower()
    if packing not in (*IDENTITY, *UNPACKED):
        return b""
    came = bytearray()
    ends = monotonic() + LONGEST_SECONDS
    for chunk in answer.iter_raw():
        came += chunk[: longest - len(came)]
        if len(came) >= longest or monotonic() > ends:
            break
    if packing in IDENTITY:
        return bytes(came)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(came, longest)
    except zlib.error:
        return b""
