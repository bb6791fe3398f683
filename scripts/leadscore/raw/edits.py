"""A manual edit of a score, as its user means it."""

import csv
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from leadscore.errors import UsageMistakeError

POINTS = re.compile(r"[+-]?([0-9]{1,10}(\.[0-9]{0,8})?|\.[0-9]{1,8})")


class Operation(StrEnum):
    """What an edit does with a score."""

    ADD = "add"
    SUBTRACT = "subtract"
    SET = "set"


@dataclass(frozen=True)
class Edit:
    """A manual edit of a score, as text.

    Attributes:
        adjustment_id: Names it.
        model_id: The model whose score is edited.
        contact_id: The contact whose score is edited.
        operation: add, subtract or set.
        points: How many.
        note: Why.
        author: Who.
        adjusted_at: From when it counts.
        deleted_at: When it was taken back.
    """

    adjustment_id: str
    model_id: str
    contact_id: str
    operation: str
    points: str
    note: str | None
    author: str | None
    adjusted_at: str
    deleted_at: str | None = None


def new_edit(
    *, contact_id: str, operation: Operation, points: str, model_id: str, note: str, author: str, at: datetime
) -> Edit:
    """An edit with an id of its own.

    Raises:
        UsageMistakeError: Something about it can't be.
    """
    if not contact_id:
        raise UsageMistakeError("the contact is empty", "Give its contact_id.")
    if not POINTS.fullmatch(points):
        raise UsageMistakeError(
            f"{points!r} are no points",
            "Points are a number with at most 10 digits before and 8 after the point.",
        )
    if not note.strip():
        raise UsageMistakeError(
            "the note is empty", "Say why, for whoever reads the explanation: --note 'Met at fair'."
        )
    edit = Edit(
        f"manual-{uuid4().hex}", model_id, contact_id, operation, points, note, author, written_instant(at)
    )
    for value in asdict(edit).values():
        if value is not None and not _is_storable(value):
            raise UsageMistakeError(f"{value!r} holds what is not text", "Write it in UTF-8.")
    return edit


def configured_models(seeds: Path) -> dict[str, bool]:
    """The models of the configuration -> whether they are active."""
    with (seeds / "scoring_models.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {str(name).strip().lower(): cell for name, cell in row.items()} for row in csv.DictReader(file)
        ]
    return {
        row["model_id"]: (row.get("is_active") or "").strip().lower() not in ("false", "f", "0", "no")
        for row in rows
        if row.get("model_id")
    }


def written_instant(at: datetime) -> str:
    """An instant in UTC as raw tables have it."""
    naive = at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(sep=" ", timespec="microseconds")


def _is_storable(text: str) -> bool:
    """No control characters but line ends and tabs, and nothing that UTF-8 can't hold."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text)
