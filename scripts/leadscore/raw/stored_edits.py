"""Manual edits in the raw table: adding one, and finding one again."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from leadscore.errors import UsageMistakeError
from leadscore.raw.edits import Edit, written_instant
from leadscore.raw.files import raw_file
from leadscore.raw.loading import load_files
from leadscore.raw.tables import LOADED_AT, RAW_TABLES, TableName
from leadscore.storage.database import Database

TABLE = RAW_TABLES[TableName.SCORE_ADJUSTMENTS]
# The last row of an edit that a run can read: the one that counts, as one_row_per_key.sql orders them.
LATEST = f"""
select
    {", ".join(f"cast({column} as varchar) as {column}" for column in TABLE.columns)},
    coalesce(try_cast(cast(deleted_at as varchar) as timestamptz) <= cast(? as timestamptz), false)
        as is_deleted
from raw.{TABLE.name}
where
    cast(adjustment_id as varchar) = ?
    and contact_id is not null
    and cast(contact_id as varchar) != ''
    and cast(operation as varchar) in ('add', 'subtract', 'set')
    and list_contains(?, cast(model_id as varchar))
    and try_cast(cast(points as varchar) as decimal(38, 10)) is not null
    and try_cast(cast(adjusted_at as varchar) as timestamptz) is not null
order by
    try_cast({LOADED_AT} as timestamp) desc nulls last, model_id desc, contact_id desc, operation desc,
    try_cast(cast(points as varchar) as decimal(38, 10)) desc, note desc nulls last, author desc nulls last,
    try_cast(cast(adjusted_at as varchar) as timestamptz) desc,
    try_cast(cast(deleted_at as varchar) as timestamptz) desc nulls last
limit 1
"""


def store(database: Database, edit: Edit) -> None:
    """Add an edit to the raw table, as `leadscore load` would."""
    with tempfile.TemporaryDirectory(prefix="leadscore-") as folder:
        path = Path(folder) / f"{uuid4().hex}.jsonl"
        path.write_text(json.dumps(asdict(edit)) + "\n", encoding="utf-8")
        load_files(database, TABLE, [raw_file(path, TABLE)], lambda _path, _percent: None)


def stored_edit(
    database: Database, adjustment_id: str, models: Mapping[str, bool], now: datetime
) -> tuple[Edit, bool]:
    """An edit as its last readable row has it, and whether that one is deleted.

    Raises:
        UsageMistakeError: There is none.
    """
    rows: list[dict[str, Any]] = []
    if TABLE.name in database.tables("raw"):
        present = {name.lower() for name in database.columns(f"raw.{TABLE.name}")}
        rows = database.records(_with_columns(present), [written_instant(now), adjustment_id, list(models)])
    if not rows:
        raise UsageMistakeError(
            f"there is no manual edit {adjustment_id!r}",
            "`leadscore adjust --list` shows them with their ids.",
        )
    is_deleted = bool(rows[0].pop("is_deleted"))
    return Edit(**rows[0]), is_deleted


def _with_columns(present: set[str]) -> str:
    """The query for a table that lacks optional columns: what is missing is null."""
    missing = [f"null as {column}" for column in (*TABLE.columns, LOADED_AT) if column not in present]
    source = f"(select *{''.join(', ' + column for column in missing)} from raw.{TABLE.name}) as edits"
    return LATEST.replace(f"raw.{TABLE.name}", source)
