"""Edits of a valid configuration that leave it valid, by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dice import Dice
from reference import World
from seed_strategies import POINTS, TEXTS, Cells, exchange_rates

Seeds = dict[str, list[Cells]]
# What time alone changes, and other segments.
SEGMENTS = [
    {"segment_id": segment_id, "requires_consent": consent}
    for segment_id, consent in [
        ("others", "false"),
        ("new", "false"),
        ("soon", ""),
        ("bought", "false"),
        ("both", ""),
    ]
]
SEGMENT_CONDITIONS = [
    {"segment_id": segment_id, "clause": clause, "field": field, "operator": operator, "value": value}
    for segment_id, clause, field, operator, value in [
        ("others", "1", "segment.new", "!=", "true"),
        ("others", "1", "segment.both", "=", "false"),
        ("new", "1", "contact.created_at", "within last", "2 months"),
        ("new", "2", "contact.updated_at", "within last", "1 day"),
        ("soon", "1", "contact.birth_date", "anniversary within next", "1 month"),
        ("bought", "1", "rfm.last_ordered_at", ">=", "{contact.updated_at}"),
        ("bought", "2", "rfm.monetary", ">", "{contact.attributes.value}"),
        ("both", "1", "segment.bought", "=", "{contact.email_consent}"),
        ("both", "1", "contact.email_status", "not in", "bounced|unsubscribed"),
    ]
]
RANGES = [("", ""), ("1", "2"), ("3", "5"), ("2", ""), ("", "3")]
# All contacts that are scored, so that each one's email_status is published.
EVERYBODY = {"segment_id": "everybody", "title": "", "description": "", "is_active": ""}
EVERYBODY |= {"requires_consent": "false"}


def enriched(dice: Dice, world: World) -> World:
    """A world with accounts, roles, RFM segments, segments and a matrix too: what follows from the scores."""
    account_ids = dice.some(["acc 1", "acc'2"], 1, 2)
    contacts = [
        {**row, "account_id": dice.choice([None, *account_ids])} for row in world.raw.get("contacts", [])
    ]
    raw = {**world.raw, "contacts": contacts} if contacts else world.raw
    seeds = {**world.seeds, "account_roles": _roles(dice), "rfm_segments": _rfm_segments(dice)}
    seeds |= {"segments": [*SEGMENTS, EVERYBODY], "segment_conditions": SEGMENT_CONDITIONS}
    return replace(world, raw=raw, seeds=seeds | {"score_matrix": _matrix(dice, world.seeds)})


def edited(dice: Dice, seeds: Seeds) -> Seeds:
    """The configuration after one edit."""
    copy = {seed: [dict(row) for row in rows] for seed, rows in seeds.items()}
    dice.choice(EDITS)(dice, copy)
    bands = {(row["model_id"], row["band_id"]) for row in copy["score_bands"]}
    rules = {row["rule_id"] for row in copy["scoring_rules"]}
    used = {(row["model_id"], row["category"]) for row in copy["scoring_rules"]}
    copy["rule_conditions"] = [row for row in copy["rule_conditions"] if row["rule_id"] in rules]
    copy["category_limits"] = [
        row for row in copy["category_limits"] if (row["model_id"], row["category"]) in used
    ]
    copy["score_matrix"] = [
        row
        for row in copy["score_matrix"]
        if {(row[f"{which}_model_id"], row[f"{which}_band_id"]) for which in ("first", "second")} <= bands
    ]
    return copy


def _roles(dice: Dice) -> list[Cells]:
    return [
        {"role": f"role {text}", "job_title_contains": text, "weight": dice.choice(["1", "2.5"])}
        for text in dice.some(["a", "b", "A b", "ab"], 0, 3)
    ]


def _rfm_segments(dice: Dice) -> list[Cells]:
    columns = [
        f"{measure}_{end}" for measure in ("recency", "frequency", "monetary") for end in ("from", "to")
    ]
    return [
        {"rfm_segment": f"segment {n}", "priority": str(n)}
        | dict(zip(columns, [cell for _ in range(3) for cell in dice.choice(RANGES)], strict=True))
        for n in range(dice.randint(0, 4))
    ]


def _matrix(dice: Dice, seeds: Seeds) -> list[Cells]:
    models = [row["model_id"] for row in seeds["scoring_models"] if row["is_active"] != "false"]
    if len(models) < 2:
        return []
    first, second = (
        [row["band_id"] for row in seeds["score_bands"] if row["model_id"] == model] for model in models[:2]
    )
    return [
        {"matrix_id": "matrix", "first_model_id": models[0], "first_band_id": one}
        | {"second_model_id": models[1], "second_band_id": two, "label": dice.choice(["A1", "o'B"])}
        for one in first
        for two in second
    ]


def _points(dice: Dice, seeds: Seeds) -> None:
    rule = dice.choice(seeds["scoring_rules"])
    rule["points"] = dice.choice([points for points in POINTS if points != "0"])


def _title(dice: Dice, seeds: Seeds) -> None:
    dice.choice(seeds["scoring_rules"])["title"] = dice.choice([*TEXTS, "another title"])


def _rule_switched(dice: Dice, seeds: Seeds) -> None:
    rule = dice.choice(seeds["scoring_rules"])
    rule["is_active"] = "true" if rule["is_active"] == "false" else "false"


def _rule_added(dice: Dice, seeds: Seeds) -> None:
    rule = dice.choice(seeds["scoring_rules"])
    rule_id = f"{rule['model_id']} new {dice.getrandbits(32)}"
    seeds["scoring_rules"].append({**rule, "rule_id": rule_id, "points": "7"})


def _rule_removed(dice: Dice, seeds: Seeds) -> None:
    if len(seeds["scoring_rules"]) > 1:
        seeds["scoring_rules"].remove(dice.choice(seeds["scoring_rules"]))


def _condition_removed(dice: Dice, seeds: Seeds) -> None:
    if seeds["rule_conditions"]:
        seeds["rule_conditions"].remove(dice.choice(seeds["rule_conditions"]))


def _condition_added(dice: Dice, seeds: Seeds) -> None:
    rule = dice.choice(seeds["scoring_rules"])
    operator, value = dice.choice([("=", "a"), ("is set", ""), ("!=", "ab")])
    condition = {"rule_id": rule["rule_id"], "clause": "1", "field": "contact.city"}
    seeds["rule_conditions"].append({**condition, "operator": operator, "value": value})


def _model_limits(dice: Dice, seeds: Seeds) -> None:
    model = dice.choice(seeds["scoring_models"])
    model["minimum_score"], model["maximum_score"] = dice.choice([("", ""), ("1", "30"), ("0", "100.5")])


def _model_start(dice: Dice, seeds: Seeds) -> None:
    dice.choice(seeds["scoring_models"])["starting_points"] = dice.choice(["", "3", "-1.5"])


def _model_switched(dice: Dice, seeds: Seeds) -> None:
    model = dice.choice(seeds["scoring_models"])
    others = [row for row in seeds["scoring_models"] if row is not model and row["is_active"] != "false"]
    if others:
        model["is_active"] = "true" if model["is_active"] == "false" else "false"


def _limit_removed(dice: Dice, seeds: Seeds) -> None:
    if seeds["category_limits"]:
        seeds["category_limits"].remove(dice.choice(seeds["category_limits"]))


def _band_action(dice: Dice, seeds: Seeds) -> None:
    if seeds["score_bands"]:
        dice.choice(seeds["score_bands"])["action"] = dice.choice([*TEXTS, "call"])


def _band_removed(dice: Dice, seeds: Seeds) -> None:
    if seeds["score_bands"]:
        seeds["score_bands"].remove(dice.choice(seeds["score_bands"]))


def _role_weight(dice: Dice, seeds: Seeds) -> None:
    if seeds["account_roles"]:
        dice.choice(seeds["account_roles"])["weight"] = dice.choice(["3", "0.25"])


def _rfm_ranges(dice: Dice, seeds: Seeds) -> None:
    seeds["rfm_segments"] = _rfm_segments(dice)


def _rates(dice: Dice, seeds: Seeds) -> None:
    seeds["exchange_rates"] = exchange_rates(dice, ["2024-01-31", "2024-08-31T12:00:00Z", "2024-10-27"])


EDITS: list[Callable[[Dice, Seeds], None]] = [
    *(_points, _points, _title, _rule_switched, _rule_added, _rule_removed),
    *(_condition_added, _condition_removed, _limit_removed, _model_limits, _model_start, _model_switched),
    *(_band_action, _band_removed, _role_weight, _rfm_ranges, _rates),
]
