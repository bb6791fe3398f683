"""What the fields of a contact's scores are called in the tools that keep them: four for each model."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from leadscore.errors import UsageMistakeError
from leadscore.text import one_line

PREFIX = "leadscore_"
BAND, REASON, CHANGED_AT = "_band", "_reason", "_changed_at"
# What is told of each score, by the ending of its field's name -> what kind of value it is.
KINDS: Mapping[str, str] = {"": "number", BAND: "text", REASON: "text", CHANGED_AT: "time"}


@dataclass(frozen=True)
class Property:
    """A field of a contact, as tools keep it.

    Attributes:
        name: What it is called.
        kind: number, text or time (UTC).
        label: What people read.
        description: What it tells.
    """

    name: str
    kind: str
    label: str
    description: str


def stem_of(model_id: str) -> str:
    """What the fields of a model begin with: lower case, other than letters and digits one underscore.

    Raises:
        UsageMistakeError: Nothing is left of the id.
    """
    plain = re.sub("[^a-z0-9]+", "_", model_id.lower()).strip("_")
    if not plain:
        raise UsageMistakeError(
            f"no field can be named after model {one_line(model_id)!r}: its id has no letter a to z or digit",
            "Rename the model, or leave out the syncs that tell scores. Nothing was sent.",
        )
    return PREFIX + plain


def stems_of(model_ids: Iterable[str]) -> dict[str, str]:
    """Model -> what its fields begin with.

    Raises:
        UsageMistakeError: Two fields would have one name, or one none; every clash is told.
    """
    stems = {model_id: stem_of(model_id) for model_id in sorted(model_ids)}
    owners: dict[str, list[str]] = {}
    for model_id, stem in stems.items():
        for ending in KINDS:
            owners.setdefault(stem + ending, []).append(model_id)
    clashes = [
        f"models {' and '.join(repr(one_line(owner)) for owner in of_one)} would both have a field {name}"
        for name, of_one in owners.items()
        if len(of_one) > 1
    ]
    if clashes:
        raise UsageMistakeError(clashes, "Rename one of them. Nothing was sent.")
    return stems


def properties_of(titles: Mapping[str, str | None]) -> Iterator[Property]:
    """The fields of all models.

    Args:
        titles: Model -> its title, if it has one.
    """
    for model_id, stem in stems_of(titles).items():
        title = one_line(titles[model_id] or model_id)
        yield Property(stem, "number", f"{title}: score", "The score, as last published.")
        yield Property(f"{stem}{BAND}", "text", f"{title}: band", "The band that the score lies in.")
        yield Property(
            f"{stem}{REASON}", "text", f"{title}: reason", "The rule that counts most, and its points."
        )
        yield Property(f"{stem}{CHANGED_AT}", "time", f"{title}: changed", "When the score last changed.")
