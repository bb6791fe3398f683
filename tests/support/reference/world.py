"""What a run reads: seeds, raw tables and vars."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reference.values import read_timestamp

Row = dict[str, Any]


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
