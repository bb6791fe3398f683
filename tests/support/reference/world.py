"""What a run reads: seeds, raw tables and vars."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reference.values import read_text, read_timestamp

Row = dict[str, Any]
UNKNOWN_VISITOR_IDS = (
    "undefined|null|none|nan|0|-|unknown|anonymous|(not set)|[object Object]"
    "|00000000-0000-0000-0000-000000000000"
)
ASSET_FIELDS = (
    *("event.content_id", "event.email_id", "event.form_id", "event.page_path"),
    "transaction.product_id",
)


@dataclass(frozen=True)
class World:
    """The whole input of one run: text cells per seed, rows as they are per raw table, and the dbt vars."""

    seeds: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    raw: dict[str, list[Row]] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    native: frozenset[str] = frozenset()
    """The raw tables whose columns have types of their own: a matter of storage only."""

    @property
    def as_of(self) -> datetime:
        """The instant scored for."""
        instant = read_timestamp(self.variables["as_of"])
        assert instant is not None, "as_of must be an ISO 8601 instant"
        return instant

    @property
    def configuration(self) -> dict[str, list[dict[str, str]]]:
        """The seeds as they are read: in form C, cells of white space empty, ids without any around them."""
        return {
            seed: [{column: _read_cell(column, cell) for column, cell in row.items()} for row in rows]
            for seed, rows in self.seeds.items()
        }

    @property
    def currency(self) -> str | None:
        """What amounts are converted to, in lower case."""
        return (self.variables.get("currency") or "").strip().lower() or None

    @property
    def unknown_visitor_ids(self) -> set[str]:
        """What stands for visitors whom nobody knows, in lower case."""
        listed = self.variables.get("unknown_visitor_ids", UNKNOWN_VISITOR_IDS)
        return {part.strip().lower() for part in listed.split("|")} - {""}

    @property
    def asset_fields(self) -> list[str]:
        """The fields that say what an activity was done with, the first that has a value."""
        listed = self.variables.get("asset_fields", ASSET_FIELDS) or []
        names = listed.split("|") if isinstance(listed, str) else listed
        return [name.strip() for name in names]

    @property
    def merge_limit(self) -> int | None:
        """How many contacts an address may have that merges them; None where addresses merge nobody."""
        return int(self.variables.get("merge_limit", 20)) if self.variables.get("merge_by") else None

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of calendar periods."""
        return ZoneInfo(self.variables.get("time_zone", "UTC"))

    @property
    def forecast_days(self) -> int:
        """How far the forecast looks ahead."""
        return int(self.variables.get("forecast_days", 30))

    @property
    def score_machine_events(self) -> bool:
        """Whether machine events may match rules."""
        return bool(self.variables.get("score_machine_events", False))


def _read_cell(column: str, cell: str) -> str:
    text = read_text(cell)
    return "" if text is None else text if column.endswith("_id") else unicodedata.normalize("NFC", cell)
