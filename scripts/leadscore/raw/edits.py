"""Manual edits of a score: as their user means them, in the raw table, and found there again."""

import csv
import json
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

from leadscore.errors import LeadscoreError, UsageMistakeError
from leadscore.raw.files import given_file
from leadscore.raw.loading import load_files
from leadscore.raw.reading import as_read, as_read_sql
from leadscore.raw.suppression import is_suppressed
from leadscore.raw.tables import LOADED_AT, RAW_TABLES, TableName
from leadscore.storage.database import Database

POINTS = re.compile(r"[+-]?([0-9]{1,10}(\.[0-9]{0,8})?|\.[0-9]{1,8})")
EDITS = RAW_TABLES[TableName.SCORE_ADJUSTMENTS]


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
    contact_id = as_read(contact_id)
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
        model_id: (row.get("is_active") or "").strip().lower() not in ("false", "f", "0", "no")
        for row in rows
        if (model_id := as_read(row.get("model_id") or ""))
    }


def written_instant(at: datetime) -> str:
    """An instant in UTC as raw tables have it."""
    naive = at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(sep=" ", timespec="microseconds")


def store(database: Database, edit: Edit) -> None:
    """Add an edit to the raw table, as `leadscore load` would.

    Raises:
        UsageMistakeError: Its contact was forgotten: nothing about it is stored any more.
        LeadscoreError: The row isn't there afterwards.
    """
    if is_suppressed(database, edit.contact_id):
        raise UsageMistakeError(
            f"{edit.contact_id!r} was forgotten; nothing was stored",
            "A contact that is somebody else needs a contact_id of its own.",
        )
    with tempfile.TemporaryDirectory(prefix="leadscore-") as folder:
        path = Path(folder) / f"{uuid4().hex}.jsonl"
        path.write_text(json.dumps(asdict(edit)) + "\n", encoding="utf-8")
        [loaded] = load_files(database, EDITS, [given_file(path, EDITS)], lambda _path, _percent: None)
    if loaded.rows != 1:
        raise LeadscoreError(
            f"{edit.adjustment_id} wasn't stored: {loaded.rows} rows were added", "Give the command again."
        )


def stored_edit(
    database: Database, adjustment_id: str, models: Mapping[str, bool], now: datetime
) -> tuple[Edit, bool]:
    """An edit as its last readable row has it, and whether that one is deleted.

    Raises:
        UsageMistakeError: There is none.
    """
    rows: list[dict[str, Any]] = []
    if EDITS.name in database.tables("raw"):
        present = {name.lower() for name in database.columns(f"raw.{EDITS.name}")}
        rows = database.records(
            _latest_sql(present), [written_instant(now), as_read(adjustment_id), list(models)]
        )
    if not rows:
        raise UsageMistakeError(
            f"there is no manual edit {adjustment_id!r}",
            "`leadscore adjust --list` shows them with their ids.",
        )
    is_deleted = bool(rows[0].pop("is_deleted"))
    return Edit(**rows[0]), is_deleted


def _is_storable(text: str) -> bool:
    """No control characters but line ends and tabs, and nothing that UTF-8 can't hold."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text)


def _latest_sql(present: set[str]) -> str:
    """The last row of an edit that a run can read: the one that counts, as one_row_per_key.sql orders them.

    Args:
        present: The columns that the table has; optional ones that it lacks are null.
    """
    texts = [
        f"nullif({as_read_sql(f'cast({column} as varchar)')}, '') as {column}"
        if column in present
        else f"null::varchar as {column}"
        for column in EDITS.columns
    ]
    loaded_at = LOADED_AT if LOADED_AT in present else "null"
    return f"""
        with edits as (
            select {", ".join(texts)}, try_cast({loaded_at} as timestamp) as {LOADED_AT} from raw.{EDITS.name}
        )

        select
            {", ".join(EDITS.columns)},
            coalesce(try_cast(deleted_at as timestamptz) <= cast(? as timestamptz), false) as is_deleted
        from edits
        where
            adjustment_id = ?
            and contact_id is not null
            and operation in ('add', 'subtract', 'set')
            and list_contains(?, model_id)
            and try_cast(points as decimal(38, 10)) is not null
            and try_cast(adjusted_at as timestamptz) is not null
        order by
            {LOADED_AT} desc nulls last, model_id desc, contact_id desc, operation desc,
            try_cast(points as decimal(38, 10)) desc, note desc nulls last, author desc nulls last,
            try_cast(adjusted_at as timestamptz) desc,
            try_cast(deleted_at as timestamptz) desc nulls last
        limit 1
    """
