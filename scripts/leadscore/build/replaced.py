"""Something of dbt's in another form, for as long as a build lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def replaced(*others: tuple[Any, str, Any]) -> Iterator[None]:
    """Let attributes be others while this lasts.

    Args:
        others: Whose attribute, its name, and what it is meanwhile.
    """
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in others]
    for owner, name, other in others:
        setattr(owner, name, other)
    try:
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)
