"""The benchmark's 40 rules, read from its seeds, and what each asks of an activity in plain SQL."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).with_name("seeds")
Cells = Mapping[str, str]
BELOW_HALF_A_POINT = 0.5


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        cells: Its row in `scoring_rules`.
        conditions: Its rows in `rule_conditions`; all must hold.
    """

    cells: Cells
    conditions: tuple[Cells, ...]

    def __getitem__(self, column: str) -> str:
        """A cell of its row."""
        return self.cells[column]

    @property
    def points(self) -> float:
        """Its points, with their sign."""
        return float(self["points"]) * (-1 if self["operation"] == "subtract" else 1)

    @property
    def on_events(self) -> bool:
        """Whether it looks at events."""
        return self["activity"] not in ("", "transaction")

    @property
    def reads_json(self) -> bool:
        """Whether it names a property."""
        return any(condition["field"].startswith("event.properties.") for condition in self.conditions)

    def filter_sql(self, *, with_json: bool = True) -> str:
        """What an activity, or a contact, must meet: a predicate on its raw table."""
        parts = [
            _condition_sql(row) for row in self.conditions if with_json or "properties" not in row["field"]
        ]
        if self.on_events:
            kinds = ", ".join(_text(kind) for kind in self["activity"].split("|"))
            parts.insert(0, f"event_type in ({kinds})")
        return " and ".join(parts) or "true"

    def steps(self) -> list[tuple[str, str | None, float]]:
        """Its decay: of each step the beginning and end, counted from the activity on, and the points."""
        if not self["decay"]:
            end = self["expires_after"]
            return [("0 days", end or None, self.points)]
        steps: list[tuple[str, str | None, float]] = []
        number, unit = self["decay_every"].split()
        share = float(self["decay_percent"]) / 100
        for step in range(1000):
            exponential = self["decay"] == "exponential"
            points = self.points * ((1 - share) ** step if exponential else max(0.0, 1 - step * share))
            if abs(points) < (BELOW_HALF_A_POINT if exponential else 1e-9):
                break
            steps.append((f"{step * int(number)} {unit}", f"{(step + 1) * int(number)} {unit}", points))
        return steps


def read_rules() -> list[Rule]:
    """The rules, in the order of the seed."""
    conditions = seed("rule_conditions")
    return [
        Rule(row, tuple(cells for cells in conditions if cells["rule_id"] == row["rule_id"]))
        for row in seed("scoring_rules")
    ]


def seed(name: str) -> list[dict[str, str]]:
    """The rows of one of the benchmark's seeds."""
    with (SEEDS / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column_sql(field: str) -> str:
    """A field of a rule, as an expression on its raw table."""
    _, name = field.split(".", 1)
    if name.startswith("properties."):
        return f"json_extract_string(properties, '$.{name.removeprefix('properties.')}')"
    return name


def _condition_sql(condition: Cells) -> str:
    column, value = column_sql(condition["field"]), condition["value"]
    match condition["operator"]:
        case "=":
            return f"{column} = {_text(value)}"
        case ">=":
            return f"try_cast({column} as double) >= {float(value)}"
        case "starts with":
            return f"starts_with({column}, {_text(value)})"
        case "contains":
            return f"contains({column}, {_text(value)})"
        case "in":
            return f"{column} in ({', '.join(_text(part) for part in value.split('|'))})"
    raise ValueError(condition["operator"])


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
