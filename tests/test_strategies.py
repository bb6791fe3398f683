"""Generated worlds are only worth their runs if everything really occurs in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from reference import Result, World, evaluate
from reference.addresses import email_statuses
from reference.awards import Award, awards_of, birthdays, is_about_age
from reference.config import Model, Rule, read_models
from reference.inputs import KEYS, read_inputs
from reference.people import People, _contacts, _holders, _is_deleted, _merges, meet_people
from strategies import USUAL_RUNS, world_numbers, world_of, worlds_together

WORLDS = 150
OPERATORS = "=/!=/</<=/>/>=/in/not in/contains/not contains/starts with/ends with/matches/is set/is not set"
EMAIL_STATUSES = ["missing", "unsubscribed", "bounced", "withdrawn", "invalid", "no consent", "mailable"]
OPERATORS += "/has/has not"
EXPECTED = {
    *(f"operator {name}" for name in OPERATORS.split("/")),
    *(f"{trigger} {way}" for trigger in ("window", "profile") for way in ("while", "each", "first")),
    *(f"{trigger} about age" for trigger in ("activity", "window", "profile")),
    *(f"{trigger} set" for trigger in ("activity", "window", "profile", "manual")),
    *(f"limit per {period}" for period in ("life", "day", "week", "month", "year")),
    *(f"comparator {name}" for name in (">=", ">", "<", "<=", "=", "between")),
    *(f"measure {name}" for name in ("count", "sum", "count_distinct", "average")),
    *(f"model limit {name}" for name in ("minimum", "maximum")),
    *("activity every", "activity first", "activity once_per", "decay linear", "decay exponential"),
    *("points per number", "points per step", "no whole step", "decay of points per number"),
    *("delay", "expiry", "valid_from", "valid_to", "evaluated from creation", "evaluated from window"),
    *("several event types", "transaction rule", "audience", "inactive rule", "inactive model"),
    *("set and add at one instant", "two sets at one instant", "manual and rule set at one instant"),
    *("period cut by a set", "decay cut by a set", "set in the future", "score changes in the future"),
    *("category limit at work", "no band", "band", "score on a band's edge", "never changed", "tied scores"),
    *(
        "merge",
        "merge chain",
        "merge loop",
        "merged into nobody",
        "merge by address",
        "address of too many",
        "address of a deleted contact and others",
        "loop that an address closes",
        "deleted contact",
        "visitor of two contacts",
    ),
    *("duplicate contacts", "duplicate events", "duplicate transactions", "duplicate score_adjustments"),
    *(f"email {status}" for status in EMAIL_STATUSES),
    *("consent of another with the address", "withdrawn by another", "unsubscribed by another"),
    *("rejected row", "rejected value", "machine event", "waiting activity", "several versions", "no table"),
    *(
        "points that begin on a birthday",
        "limit per local day",
        "native table",
        "contact created later",
        "activity before created_at",
        "window ends as another begins",
    ),
}


def test_every_feature_occurs_in_generated_worlds() -> None:
    seen: Counter[str] = Counter()
    for number in range(WORLDS):
        seen.update(set(features(world_of(number))))
    assert EXPECTED - set(seen) == set()
    rare = {name: n for name, n in seen.items() if name in EXPECTED and n < WORLDS // 50}
    assert not rare, f"hardly ever seen in {WORLDS} worlds: {rare}"


def test_the_worlds_that_each_change_is_tested_with_have_every_feature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LEADSCORE_RANDOM", raising=False)
    seen = {name for number in world_numbers(USUAL_RUNS) for name in features(worlds_together(number))}
    assert EXPECTED - seen == set()


def features(world: World) -> Iterator[str]:
    """What a world has and what comes of it, a name each."""
    inputs = read_inputs(world)
    people = meet_people(inputs, world)
    result = evaluate(world)
    yield from _input_features(world, people, result)
    yield from _address_features(world, people)
    for model in read_models(world):
        yield from _rule_features(world, model, people, result)
    yield from _configuration_features(world)
    yield from _ledger_features(result)
    yield from _score_features(result)


def _input_features(world: World, people: People, result: Result) -> Iterator[str]:
    inputs = read_inputs(world)
    for table, keys in KEYS.items():
        rows = Counter(tuple(row.get(key) for key in keys) for row in world.raw.get(table, []))
        if table not in world.raw:
            yield "no table"
        if any(n > 1 for n in rows.values()):
            yield f"duplicate {table}"
    if any(row["is_machine"] for row in inputs.events):
        yield "machine event"
    for rejected in result.rejected:
        yield (
            rejected.reason
            if rejected.reason in ("merge loop", "address of too many")
            else "rejected " + ("row" * rejected.whole or "value")
        )
    known = {row["contact_id"] for row in inputs.contacts}
    if any(row["contact_id"] and row["contact_id"] not in known for row in inputs.events):
        yield "waiting activity"
    targets = {row["contact_id"]: row["merged_into"] for row in inputs.contacts if row["merged_into"]}
    for target in targets.values():
        yield "merge chain" if target in targets else "merge" if target in known else "merged into nobody"
    if any(row["deleted_at"] and row["deleted_at"] <= world.as_of for row in inputs.contacts):
        yield "deleted contact"
    if any(row["created_at"] > world.as_of for row in inputs.contacts):
        yield "contact created later"
    if any(len(contact.versions) > 1 for contact in people.scored):
        yield "several versions"
    if any(
        activity.occurred_at < contact.created_at
        for contact in people.scored
        for activity in people.activities.get(contact.contact_id, [])
    ):
        yield "activity before created_at"
    visitors: dict[str, set[str]] = {}
    for row in inputs.events:
        if row["anonymous_id"] and row["contact_id"]:
            visitors.setdefault(row["anonymous_id"], set()).add(row["contact_id"])
    if any(len(contacts) > 1 for contacts in visitors.values()):
        yield "visitor of two contacts"
    if world.native & set(world.raw):
        yield "native table"


def _address_features(world: World, people: People) -> Iterator[str]:
    """What becomes of addresses, and where others decide it."""
    opted_out = {
        contact_id
        for contact_id, activities in people.activities.items()
        if any(activity.activity_type == "unsubscribe" for activity in activities)
    }
    yield from _merge_features(world)
    statuses = email_statuses(world)
    for contact in people.scored:
        status = statuses[contact.contact_id]
        said = [version["email_consent"] for version in contact.versions]
        yield f"email {status}"
        if status == "mailable" and True not in said:
            yield "consent of another with the address"
        if status == "withdrawn" and False not in said:
            yield "withdrawn by another"
        if status == "unsubscribed" and contact.contact_id not in opted_out:
            yield "unsubscribed by another"


def _merge_features(world: World) -> Iterator[str]:
    """What becomes of contacts with the same address."""
    contacts = _contacts(read_inputs(world).contacts, world)
    targets, _ = _merges(contacts, world)
    for holders in _holders(contacts, world):
        deleted = [holder for holder in holders if _is_deleted(holder, world.as_of)]
        if 0 < len(deleted) < len(holders) <= (world.merge_limit or 0):
            yield "address of a deleted contact and others"
        if any(targets.get(one.contact_id) and not one.current["merged_into"] for one in holders):
            yield "merge by address"
        if (own := targets.get(holders[0].contact_id)) and own in {one.contact_id for one in holders}:
            yield "loop that an address closes"


def _configuration_features(world: World) -> Iterator[str]:
    if world.seeds["model_conditions"]:
        yield "audience"
    for seed, name in (("scoring_rules", "inactive rule"), ("scoring_models", "inactive model")):
        if any(row["is_active"] == "false" for row in world.seeds[seed]):
            yield name


def _rule_features(world: World, model: Model, people: People, result: Result) -> Iterator[str]:
    """Features of rules that award something, and what their limits take away."""
    for rule in model.rules:
        awards = [award for award in result.awards if award.rule is rule or award.rule == rule]
        if not awards:
            continue
        yield f"{rule.trigger} {rule.recurrence}"
        yield from (f"operator {row.operator}" for clause in rule.conditions for row in clause)
        if rule.operation == "set":
            yield f"{rule.trigger} set"
        if rule.trigger == "window":
            yield from (f"comparator {rule.comparator}", f"measure {rule.measure}")
            yield f"evaluated from {rule.evaluate_from}"
        for name, given in (
            ("delay", rule.delay),
            ("expiry", rule.expires_after),
            ("valid_from", rule.valid_from),
            ("valid_to", rule.valid_to),
            (f"decay {rule.decay}", rule.decay),
            ("decay of points per number", rule.decay and rule.per_field),
            ("points per number", rule.per_field and not rule.per_step),
            ("points per step", rule.per_step),
            ("no whole step", rule.per_step and any(not award.points for award in awards)),
            ("several event types", len(rule.activity_types) > 1),
            ("transaction rule", "transaction" in rule.activity_types),
            (f"{rule.trigger} about age", is_about_age(rule)),
            ("points that begin on a birthday", is_about_age(rule) and _begins_on_a_birthday(awards, result)),
        ):
            if given:
                yield name
        if rule.window_length and any(
            other.valid_from == award.valid_to for award in awards for other in awards
        ):
            yield "window ends as another begins"
        for name, freed in (
            ("activity once_per", replace(rule, once_per=None)),
            (f"limit per {rule.limit_period or 'life'}", replace(rule, limit_count=None)),
        ):
            if freed != rule:
                free = sum(
                    len(awards_of(freed, contact, people.activities[contact.contact_id], world.time_zone))
                    for contact in (history.contact for history in result.histories if history.model == model)
                    if contact.contact_id in people.activities
                )
                if free > len(awards):
                    yield name
        if rule.limit_period == "day" and rule.limit_count and str(world.time_zone) != "UTC":
            counted = {(award.contact_id, award.activity_id) for award in awards}
            if counted != _counted_by_utc_days(rule, people, result):
                yield "limit per local day"


def _begins_on_a_birthday(awards: list[Award], result: Result) -> bool:
    contacts = {history.contact.contact_id: history.contact for history in result.histories}
    return any(
        award.activity_id is None and award.occurred_at in birthdays(contacts[award.contact_id])
        for award in awards
    )


def _counted_by_utc_days(rule: Rule, people: People, result: Result) -> set[tuple[str, str | None]]:
    return {
        (award.contact_id, award.activity_id)
        for history in result.histories
        if history.model.model_id == rule.model_id
        for award in awards_of(
            rule,
            history.contact,
            people.activities.get(history.contact.contact_id, []),
            ZoneInfo("UTC"),
        )
    }


def _ledger_features(result: Result) -> Iterator[str]:
    for history in result.histories:
        key = (history.model.model_id, history.contact.contact_id)
        starts: dict[object, list[tuple[str, str]]] = {}
        for entry in history.ledger:
            starts.setdefault(entry.valid_from, []).append((entry.entry_type, entry.operation))
            if entry.entry_type == "manual" and entry.operation == "set":
                yield "manual set"
        ends = {entry.valid_from for entry in history.ledger if entry.operation == "set"}
        for award in result.awards:
            if (award.rule.model_id, award.contact_id) == key:
                if award.rule.operation == "set":
                    starts.setdefault(award.valid_from, []).append(("award", "set"))
                    if award.valid_from > result.as_of:
                        yield "set in the future"
                if any(
                    award.valid_from < end and (award.valid_to is None or end < award.valid_to)
                    for end in ends
                ):
                    yield "period cut by a set" if award.rule.recurrence == "while" else "entry cut by a set"
                    if award.rule.decay:
                        yield "decay cut by a set"
        for kinds in starts.values():
            operations = {operation for _, operation in kinds}
            if "set" in operations and operations - {"set"}:
                yield "set and add at one instant"
            if kinds.count(("award", "set")) > 1:
                yield "two sets at one instant"
            if ("manual", "set") in kinds and ("award", "set") in kinds:
                yield "manual and rule set at one instant"


def _score_features(result: Result) -> Iterator[str]:
    rows = result.contact_scores
    ranks = Counter((row["model_id"], row["score_rank"]) for row in rows)
    if any(n > 1 for n in ranks.values()):
        yield "tied scores"
    for history, row in zip(result.histories, rows, strict=True):
        model = history.model
        yield "band" if row["band_id"] else "no band"
        edges = {
            edge for band in model.bands for edge in (band.above, band.from_score, band.up_to, band.below)
        }
        if row["score"] in edges:
            yield "score on a band's edge"
        if row["next_change_at"]:
            yield "score changes in the future"
        if row["last_changed_at"] is None:
            yield "never changed"
        bare = replace(history, model=replace(model, category_limits={}))
        if bare.score_at(result.as_of) != row["score"]:
            yield "category limit at work"
        for side, unlimited in (
            ("minimum", replace(model, minimum=None)),
            ("maximum", replace(model, maximum=None)),
        ):
            free = replace(history, model=unlimited)
            if free.score_at(result.as_of) != row["score"]:
                yield f"model limit {side}"
