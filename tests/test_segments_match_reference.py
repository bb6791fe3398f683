"""Segments by chance over generated worlds: the SQL and the plain-Python reference name the same members.

Some worlds are one dbt run with many segments. `LEADSCORE_EXAMPLES`, `LEADSCORE_RANDOM`: as for the scores.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from dice import Dice
from incremental_edits import EVERYBODY
from reference import World
from reference.addresses import email_statuses
from reference.segments import segment_members
from seed_strategies import FIELDS, Cells, _operators, _value
from strategies import world_numbers, worlds_together
from workspaces import Workspace, write_seeds
from worlds import status_differences, write_raw

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


def with_segments(world: World, dice: Dice) -> World:
    """The world with many segments, whose fields are of every kind."""
    models = [row["model_id"] for row in world.seeds["scoring_models"]]
    fields = {"contact": FIELDS["contact"], "rfm": RFM}
    fields["score"] = {f"score.{model}": "number" for model in models}
    fields["band"] = {f"{kind}.{model}": "text" for model in models for kind in ("band", "transition")}
    bands = sorted({row["band_id"] for row in world.seeds["score_bands"]}) or ["none"]
    segments: list[Cells] = []
    conditions: list[Cells] = []
    for number in range(SEGMENTS):
        segment = {"segment_id": dice.choice(["s", "it's; --", "{{ s }}", "S"]) + str(number), "title": ""}
        segments.append(
            segment
            | {"is_active": dice.choice(["", "true", "true", "false"]), "description": ""}
            | {"requires_consent": dice.choice(["", "false", "false"])}
        )
        for _ in range(dice.choice([0, 1, 1, 2, 3])):
            kind = dice.choice([*fields, "score", "band", "band"])
            field = dice.choice(list(fields[kind]))
            operator = dice.choice(_operators(fields[kind][field]))
            value = (
                ""
                if operator.endswith("set")
                else _value(dice, fields[kind][field], operator, ["2026-03-01"])
            )
            if value and kind == "band" and operator != "matches":
                value = "|".join(dice.some(bands, 1, 2)) if "in" in operator.split() else dice.choice(bands)
            conditions.append(
                {"segment_id": segment["segment_id"], "clause": dice.choice(["1", "1", "2"])}
                | {"field": field, "operator": operator, "value": value}
            )
    segments.append(EVERYBODY)
    variables = {
        "unsubscribe_events": dice.choice(["unsubscribe", "unsubscribe| opt-out"]),
        "bounce_events": dice.choice(["email_bounce", "opt-out|email_bounce"]),
    }
    return replace(
        world,
        seeds=world.seeds | {"segments": segments, "segment_conditions": conditions},
        variables=world.variables | variables,
    )


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
    members = {(row["segment_id"], row["contact_id"]) for row in workspace.rows("from marts.segment_members")}
    expected = segment_members(world, workspace.rows("from marts.rfm_features"), days)
    wrong = dict(members ^ expected)
    conditions = [row for row in world.seeds["segment_conditions"] if row["segment_id"] in wrong]
    assert members == expected, f"world {number}: {conditions}"
    assert len({segment for segment, _ in members}) > 5, "segments without members test nothing"
    assert status_differences(world, workspace.rows("from marts.segment_contacts")) == []
    mailable = [name for name, status in email_statuses(world).items() if status == "mailable"]
    told = {row["segment_id"]: row["mailable_members"] for row in workspace.rows("from marts.dim_segments")}
    assert Counter(told) == Counter(segment for segment, contact_id in members if contact_id in mailable)
