"""JSON that the command reads back: as the dataclass that it was written from, or not at all."""

from collections.abc import Hashable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Record = TypeVar("Record")


def from_json(kind: type[Record], text: str | bytes) -> Record:
    """What a text of JSON tells; keys that the dataclass doesn't have are passed over.

    Raises:
        ValueError: It is no JSON, something is missing, or something is of another type.
    """
    from pydantic import ValidationError

    try:
        record: Record = _adapter(cast(Hashable, kind)).validate_json(text, strict=True)
    except ValidationError as error:
        # Without the values: they may be somebody's.
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        told = [": ".join([*filter(None, [".".join(map(str, p["loc"]))]), p["msg"]]) for p in problems]
        raise ValueError("; ".join(told)) from error
    return record


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    # Here, because importing it takes 40 ms, for which commands that read nothing back shouldn't wait.
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
