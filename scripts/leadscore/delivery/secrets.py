"""What a sync takes from the environment: trimmed, and checked before the first request."""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import Any

import httpx
from drt.config.credentials import resolve_env

PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
# What such a field names stands in a header as it is: that takes ASCII only.
HEADER_FIELDS = ("token_env", "key_env", "value_env")
# A key as it stands in a file has lines.
MANY_LINES = ("private_key_env", "credentials_env")
# What may stand in a sync's file itself, where it is as secret.
SECRET_FIELDS = ("token", "value", "api_key", "access_token", "auth_token", "password", "webhook_url")
# Control characters, halves of characters (bytes that are no UTF-8), and the two other ends of a line.
UNSAFE_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")


@contextmanager
def own_environment() -> Iterator[None]:
    """Let what is inside change the environment, from which drt reads secrets when it sends."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)


def placeholders(tree: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each `${VARIABLE}` of a sync's file, with the keys that lead to it."""
    if isinstance(tree, str):
        yield from ((name, place) for name in PLACEHOLDER.findall(tree))
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from placeholders(value, (*place, str(key)))
    elif isinstance(tree, list):
        for value in tree:
            yield from placeholders(value, place)


def named_variables(tree: Any) -> Iterator[tuple[str, str]]:
    """Each variable that a destination names for drt to read (`token_env: NAME`), with the field."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            field = str(key)
            if not field.lower().endswith("_env"):
                yield from named_variables(value)
            elif isinstance(value, str) and value and tree.get(field[: -len("_env")]) is None:
                yield value, field
    elif isinstance(tree, list):
        for value in tree:
            yield from named_variables(value)


def written_secrets(tree: Any) -> Iterator[str]:
    """Secrets that stand in a sync's file as they are."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key in SECRET_FIELDS and isinstance(value, str):
                yield value
            else:
                yield from written_secrets(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from written_secrets(value)


def trimmed(variable: str) -> str | None:
    """The value of a variable without white space at its ends, in which a file with a secret likes to end.

    What drt reads later is the trimmed value too. None: it isn't set.
    """
    found = resolve_env(None, variable)
    if found is None:
        return None
    value = str(found).strip()
    if "=" not in variable and "\0" not in value:
        os.environ[variable] = value
    return value


def fault(variable: str, value: str, *, in_header: bool, many_lines: bool = False) -> str | None:
    """Why a value can't be sent; it names the variable, never the value."""
    if not value:
        return f"environment variable {variable} is empty"
    unsafe = value.translate({10: None, 13: None}) if many_lines else value
    if any(unicodedata.category(character) in UNSAFE_CATEGORIES for character in unsafe):
        return f"environment variable {variable} holds a line break or another control character"
    if in_header and not value.isascii():
        return f"environment variable {variable} stands in a header and holds a character that isn't ASCII"
    return None


def in_header(place: Sequence[str]) -> bool:
    """Whether a placeholder at this place of a sync's file stands in a header."""
    return place[:2] in (("destination", "headers"), ("destination", "auth"))


def plain_addresses(tree: Any) -> Iterator[str]:
    """Addresses of a destination that go over plain HTTP to another machine than this one."""
    if isinstance(tree, str):
        if tree.lstrip().lower().startswith("http://") and not is_this_machine(tree.strip()):
            yield tree
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from plain_addresses(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from plain_addresses(value)


def is_this_machine(address: str) -> bool:
    """Whether an address leads to this machine, for certain: names are not looked up."""
    try:
        host = httpx.URL(address).host
    except httpx.InvalidURL:
        return False
    if host.lower() == "localhost":
        return True
    try:
        number = ip_address(host)
    except ValueError:
        return False
    if isinstance(number, IPv6Address) and number.ipv4_mapped is not None:
        return number.ipv4_mapped.is_loopback
    return number.is_loopback
