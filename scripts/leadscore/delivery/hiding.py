"""Hides secrets and people in what others say: receivers' answers, and messages of drt and DuckDB."""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote, urlsplit

from leadscore.errors import LeadscoreError
from leadscore.storage.database import ReadProblemError

HIDDEN = "***"
# drt keeps 500 characters of an answer; what is kept here is shorter.
LONGEST_READ = 500
LONGEST_ANSWER, LONGEST_MESSAGE = 100, 300
# A shorter value is hidden where it stands as a word: else an "a" would hide all.
SHORTEST_WITHIN_WORDS = 4
# A part of an address that is as long may be what lets one in.
SHORTEST_PART = 6
# Whoever they belong to: what an Authorization header holds, and addresses of e-mail.
ANYBODYS = re.compile(
    r"(?i)(?<=\bbearer )[^\s\"',;}]{16,}|(?<=\bbasic )[^\s\"',;}]{16,}|[^\s\"'<>:;,()=]+@[^\s\"'<>;,()]+"
)


class Hiding:
    """Hides the values that a sync took from the environment, and those of a row."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms = {form for secret in secrets for part in _parts(secret) for form in _forms(part)}

    def hidden(self, text: str, row: Mapping[str, object] | None = None) -> str:
        """A text without them."""
        forms = self._forms_with(row)
        return ANYBODYS.sub(HIDDEN, _hidden(text, forms))

    def answer(self, text: str, row: Mapping[str, object], status: int | None) -> str:
        """What is kept of an answer, or of the message that there was none."""
        forms = self._forms_with(row)
        beginning = text[:LONGEST_READ]
        if len(text) >= LONGEST_READ:
            beginning = _without_part_of(beginning, forms)
        told = ANYBODYS.sub(HIDDEN, _hidden(beginning, forms))
        return _printable(told, LONGEST_MESSAGE if status is None else LONGEST_ANSWER)

    def problem(self, error: LeadscoreError) -> str:
        """What is told of an error in the SQL of a sync, which DuckDB quotes with secrets and data."""
        # The lines that begin with LINE show a piece of the SQL, cut anywhere: no value would be found in it.
        told = re.split(r"\n\s*LINE \d+:", error.message)[0]
        if isinstance(error, ReadProblemError):
            told = re.sub(r"'.*'|\".*\"", HIDDEN, told, flags=re.DOTALL)
        return self.hidden(f"{told} {error.advice}".strip())

    def _forms_with(self, row: Mapping[str, object] | None) -> set[str]:
        return self._forms | {form for value in _texts(row or {}) for form in _forms(value)}


def _hidden(text: str, forms: set[str]) -> str:
    if not forms:
        return text
    alternatives = (
        re.escape(form) if len(form) >= SHORTEST_WITHIN_WORDS else rf"(?<!\w){re.escape(form)}(?!\w)"
        for form in sorted(forms, key=len, reverse=True)
    )
    return re.sub("|".join(alternatives), HIDDEN, text, flags=re.IGNORECASE)


def _without_part_of(text: str, forms: set[str]) -> str:
    """A text that was cut, without the part of a value that its end may be."""
    folded = [form.lower() for form in forms]
    for size in range(len(text), 0, -1):
        tail = text[-size:].lower()
        if any(form.startswith(tail) for form in folded):
            return text[:-size]
    return text


def _printable(text: str, longest: int) -> str:
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _texts(value: object) -> Iterator[str]:
    """The values of a row as texts, those within lists and objects too."""
    if isinstance(value, str):
        yield from {value, value.strip()} - {""}
    elif isinstance(value, Mapping):
        for element in value.values():
            yield from _texts(element)
    elif isinstance(value, list | tuple):
        for element in value:
            yield from _texts(element)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from {str(value), f"{value:.12g}"}


def _parts(secret: str) -> Iterator[str]:
    """A secret, and if it is an address what an answer may quote of it."""
    yield secret
    try:
        address = urlsplit(secret)
    except ValueError:
        return
    if not address.netloc:
        # Or the parts of a connection: `host=db password=secret`.
        yield from re.findall(r"\w+\s*=\s*'?([^\s']{6,})", secret)
        return
    target = address.path + (f"?{address.query}" if address.query else "")
    pieces = [address.netloc, target, *re.split(r"[/?&=]", target), *address.netloc.split("@")[0:-1]]
    yield from (piece for piece in pieces if len(piece) >= SHORTEST_PART)
    if address.password:
        yield from (address.password, unquote(address.password))


def _forms(value: str) -> set[str]:
    """A value as programs write it: in JSON, addresses, HTML, Python, base64."""
    ascii_json = json.dumps(value)[1:-1]
    return {
        value,
        ascii_json,
        ascii_json.replace("/", "\\/"),
        json.dumps(value, ensure_ascii=False)[1:-1],
        quote(value, errors="replace"),
        quote(value, safe="", errors="replace"),
        quote_plus(value, errors="replace"),
        html.escape(value),
        html.escape(value, quote=False),
        repr(value)[1:-1],
        b64encode(value.encode(errors="replace")).decode(),
    } - {""}
