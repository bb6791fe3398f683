"""The fields that a tool keeps scores in: what they are called there, and how they come to be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from leadscore.delivery.properties import Property

THERE, MADE, MISSING = "there", "made", "must be made"
BY_ITSELF = "comes with the first value"


@dataclass(frozen=True)
class Field:
    """A field of a tool's records.

    Attributes:
        name: What the tool calls it.
        kind: Its type, in the tool's words.
        label: What people read.
        description: What it tells.
        state: Whether it is there.
    """

    name: str
    kind: str
    label: str
    description: str
    state: str = MISSING


class Preparer:
    """Knows the fields that a destination needs. This one is of those that take whatever comes.

    Attributes:
        types: What the tool calls a number, a text and a time.
        longest_name: How long a field's name may be.
    """

    types: ClassVar[Mapping[str, str]] = {"number": "number", "text": "text", "time": "time, ISO 8601"}
    state: ClassVar[str] = BY_ITSELF

    def fields(self, destination: Mapping[str, Any], properties: Iterable[Property]) -> list[Field]:
        """The fields that scores need.

        Args:
            destination: The sync's, as it is written or as drt reads it.
            properties: What is told of each score.
        """
        return [
            Field(self.name(destination, p.name), self.types[p.kind], p.label, p.description, self.state)
            for p in properties
        ]

    def name(self, destination: Mapping[str, Any], name: str) -> str:
        """What the tool calls a field."""
        return name

    def statement(self, destination: Mapping[str, Any], fields: Sequence[Field]) -> str:
        """What makes them, for somebody to run; empty: nothing does."""
        return ""

    def make(self, config: Any, fields: Sequence[Field], options: Any) -> list[Field]:
        """Make those that aren't there, with the secrets that the sync has.

        Args:
            config: The destination, as drt reads it.
            fields: What `fields` says.
            options: How the sync retries and paces.

        Raises:
            ReceiverTroubleError: The tool can't be reached, or refuses.
        """
        return list(fields)
