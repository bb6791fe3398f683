"""Segments by chance over generated worlds: the SQL and the plain-Python reference name the same members.

Some worlds are one dbt run with many segments. `LEADSCORE_EXAMPLES`, `LEADSCORE_RANDOM`: as for the scores.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dice import Dice
from incremental_edits import EVERYBODY
from reference import World
from reference.addresses import email_statuses
from reference.segments import segment_members
from reference.values import add_months
from seed_strategies import EQUALITY, FIELDS, ORDER, Cells, _operators, _value
from strategies import MICROSECOND, world_numbers, worlds_together
from workspaces import Workspace, write_seeds
from worlds import status_differences, write_raw

# More of it, and other ones each time, in `make test-thorough`.
pytestmark = pytest.mark.chance

RUNS = max(2, int(os.environ.get("LEADSCORE_EXAMPLES", "6")) // 4)
# With so many worlds there are people in most segments.
WORLDS = 5
SEGMENTS = 60
RFM = {
    "rfm.frequency": "number",
    "rfm.recency_days": "number",
    "rfm.monetary": "number",
    "rfm.monetary_score": "number",
    "rfm.rfm_code": "text",
    "rfm.rfm_segment": "text",
    "rfm.last_ordered_at": "timestamp",
    "rfm.contact_id": "text",
}


DATES = {"contact.attributes.at": "date text", "contact.attributes.until": "date text"}
STATUSES = ["mailable", "no consent", "missing", "bounced", "unsubscribed", "withdrawn", "invalid"]
LENGTHS = [
    "1 day",
    "90 minutes",
    "1 week",
    "1 month",
    "11 months",
    "1 year",
    "365 days",
    "3 years",
    "5 hours",
]
# What fields of a kind can be compared with.
SUITABLE = {
    "number": ["number", "age", "json"],
    "age": ["number", "age", "json"],
    "date": ["date", "timestamp", "date text"],
    "timestamp": ["date", "timestamp", "date text"],
    "date text": ["date", "timestamp", "date text", "text"],
    "boolean": ["boolean", "json"],
    "text": ["text", "json", "date text"],
    "json": ["number", "age", "text", "json", "boolean", "date text"],
    "array": ["number", "text", "json", "boolean", "date text"],
}


def with_segments(world: World, dice: Dice) -> World:
    """The world with many segments, whose fields are of every kind, and dates near as_of."""
    segments = [_segment(dice, number) for number in range(SEGMENTS)]
    # Each names those that stand before it here: its own place in the seed is another.
    order = dice.sample([segment["segment_id"] for segment in segments], SEGMENTS)
    conditions = [
        {"segment_id": segment_id, "clause": dice.choice(["1", "1", "2"])}
        | _condition(world, dice, [*order[:place], "nobody belongs; here"])
        for place, segment_id in enumerate(order)
        for _ in range(dice.choice([0, 1, 1, 2, 3]))
    ]
    segments += [{"segment_id": "nobody belongs; here", "is_active": "false"}, EVERYBODY]
    rows = [_with_dates(row, world.as_of, dice) for row in world.raw.get("contacts", [])]
    raw = {**world.raw, "contacts": rows} if rows else world.raw
    variables = {
        "unsubscribe_events": dice.choice(["unsubscribe", "unsubscribe| opt-out"]),
        "bounce_events": dice.choice(["email_bounce", "opt-out|email_bounce"]),
    }
    return replace(
        world,
        raw=raw,
        seeds=world.seeds | {"segments": segments, "segment_conditions": conditions},
        variables=world.variables | variables,
    )


def _segment(dice: Dice, number: int) -> Cells:
    return {
        "segment_id": dice.choice(["s", "it's; --", "{{ s }}", "S"]) + str(number),
        "title": "",
        "is_active": dice.choice(["", "true", "true", "false"]),
        "description": "",
        "requires_consent": dice.choice(["", "false", "false"]),
    }


def _condition(world: World, dice: Dice, before: Sequence[str]) -> Cells:
    models = [row["model_id"] for row in world.seeds["scoring_models"]]
    fields = {"contact": FIELDS["contact"], "rfm": RFM, "dates": DATES, "age": {"contact.age": "age"}}
    fields["score"] = {f"score.{model}": "number" for model in models}
    fields["band"] = {f"band.{model}": "text" for model in models}
    fields["segment"] = {f"segment.{segment}": "boolean" for segment in before}
    fields["status"] = {"contact.email_status": "text"}
    kinds = {name: kind for named in fields.values() for name, kind in named.items()}
    fields["transition"] = {f"transition.{model}": "text" for model in models}
    chosen = dice.choice([*fields, "score", "band", "dates", "segment", "segment"])
    field, kind = dice.choice(list(fields[chosen].items()))
    if kind in ("date", "timestamp", "date text") and dice.likely(5):
        operator = dice.choice(["within last", "within next", "anniversary within next"])
        return {"field": field, "operator": operator, "value": dice.choice(LENGTHS)}
    operator = dice.choice(_operators(kind if kind != "date text" else "text"))
    if operator.endswith("set"):
        return {"field": field, "operator": operator, "value": ""}
    if chosen != "transition" and operator != "matches" and dice.likely(4):
        suitable = SUITABLE[kind] if operator in (*EQUALITY, *ORDER) else ["text", "json", "date text"]
        others = [name for name, other in kinds.items() if other in suitable]
        return {"field": field, "operator": operator, "value": "{" + dice.choice(others) + "}"}
    return {"field": field, "operator": operator, "value": _text(world, dice, chosen, kind, operator)}


def _text(world: World, dice: Dice, chosen: str, kind: str, operator: str) -> str:
    known = {
        "band": sorted({row["band_id"] for row in world.seeds["score_bands"]}) or ["none"],
        "status": STATUSES,
    }
    known["transition"] = known["band"]
    if chosen in known and operator != "matches":
        return (
            "|".join(dice.some(known[chosen], 1, 2))
            if "in" in operator.split()
            else dice.choice(known[chosen])
        )
    value = _value(dice, "text" if kind == "date text" else kind, operator, ["2026-03-01"])
    # A list that begins and ends in braces would be a field.
    return value if not (value.startswith("{{") and value.endswith("}")) else "a|b"


def _with_dates(row: dict[str, Any], as_of: datetime, dice: Dice) -> dict[str, Any]:
    try:
        attributes = json.loads(row.get("attributes") or "{}")
    except ValueError:
        attributes = None
    if not isinstance(attributes, dict):
        return row
    attributes |= {key: dice.choice(_dates(as_of, dice)) for key in ("at", "until") if dice.likely(7)}
    changed = {"attributes": json.dumps(attributes)} if "attributes" in row else {}
    if row.get("birth_date") and dice.likely(7):
        changed["birth_date"] = dice.choice(_dates(as_of, dice)[:4])
    return {**row, **changed}


def _dates(as_of: datetime, dice: Dice) -> list[str]:
    """Dates and instants about as far from as_of as lengths go, in other years too, and other text."""
    near = as_of + dice.choice(
        [timedelta(0), timedelta(days=1), timedelta(days=7), timedelta(minutes=90), timedelta(days=365)]
    ) * dice.choice([1, -1])
    near = add_months(near, dice.choice([0, 0, 1, -1, 12, -12, 11, -240]))
    instant = near + dice.choice([timedelta(0), MICROSECOND, -MICROSECOND])
    abroad = instant.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=-9)))
    days = [near.date() + timedelta(days=days) for days in (-1, 0, 1)]
    return [
        *(str(day) for day in days),
        dice.choice(["2000-02-29", "2001-02-28", "1996-03-01"]),
        instant.isoformat() + "Z",
        abroad.isoformat(),
        dice.choice(["soon", "2026-02-30", "10", "", f" {days[0]} "]),
    ]


@pytest.mark.parametrize("number", world_numbers(RUNS))
def test_segments_match_reference(tmp_path: Path, number: int) -> None:
    dice = Dice(number)
    world = with_segments(worlds_together(number, WORLDS), dice)
    days = dice.choice([0, 1, 7, 400])
    workspace = Workspace(tmp_path, tmp_path / "seeds")
    write_seeds(workspace.seeds, world.seeds)
    with duckdb.connect(str(workspace.database)) as connection:
        write_raw(world, connection)
    variables = {**world.variables, "transition_days": days}
    select = "+segment_members +segment_contacts +dim_segments"
    workspace.build(as_of=world.variables["as_of"], select=select, variables=variables)
    statuses = email_statuses(world)
    members = {(row["segment_id"], row["contact_id"]) for row in workspace.rows("from marts.segment_members")}
    expected = segment_members(world, workspace.rows("from marts.rfm_features"), statuses, days)
    wrong = dict(members ^ expected)
    conditions = [row for row in world.seeds["segment_conditions"] if row["segment_id"] in wrong]
    assert members == expected, f"world {number}: {conditions}"
    assert len({segment for segment, _ in members}) > 5, "segments without members test nothing"
    assert status_differences(world, workspace.rows("from marts.segment_contacts")) == []
    mailable = [name for name, status in statuses.items() if status == "mailable"]
    told = {row["segment_id"]: row["mailable_members"] for row in workspace.rows("from marts.dim_segments")}
    assert Counter(told) == Counter(segment for segment, contact_id in members if contact_id in mailable)
