"""The reference itself, on worlds small enough to work out by hand, each at an edge that decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from reference import Result, World, evaluate
from reference.timeline import band_transitions, score_forecast, score_snapshots
from reference.values import (
    add_months,
    json_text,
    read_amount,
    read_integer,
    read_json,
    read_number,
    read_points,
    read_timestamp,
    round_half_away,
)
from reference.world import Row

MICROSECOND = timedelta(microseconds=1)
CREATED = "2024-01-01"
LOADED = datetime(2025, 1, 1)


def rule(rule_id: str = "r", **cells: str) -> dict[str, str]:
    """An activity rule that adds 10 for a visit, unless said otherwise."""
    defaults = {
        "model_id": "m",
        "operation": "add",
        "points": "10",
        "trigger": "activity",
        "activity": "visit",
    }
    return {"rule_id": rule_id, **defaults, **cells}


def window(rule_id: str = "r", **cells: str) -> dict[str, str]:
    """A window rule that holds while there are two visits in a day, unless said otherwise."""
    defaults = {"measure": "count", "comparator": ">=", "threshold": "2", "window_length": "1 day"}
    return rule(rule_id, trigger="window", **{**defaults, **cells})


def visit(event_id: str, occurred_at: str, contact_id: str | None = "c", **columns: Any) -> Row:
    row = {"event_id": event_id, "event_type": "visit", "occurred_at": occurred_at, "contact_id": contact_id}
    return {**row, "loaded_at": LOADED, **columns}


def contact(contact_id: str = "c", created_at: str = CREATED, **columns: Any) -> Row:
    return {"contact_id": contact_id, "created_at": created_at, "loaded_at": LOADED, **columns}


def adjust(adjustment_id: str, operation: str, points: str, adjusted_at: str, **columns: Any) -> Row:
    row = {"adjustment_id": adjustment_id, "model_id": "m", "contact_id": "c", "operation": operation}
    return {**row, "points": points, "adjusted_at": adjusted_at, "loaded_at": LOADED, **columns}


def score(
    *rules: dict[str, str],
    events: list[Row] | None = None,
    contacts: list[Row] | None = None,
    transactions: list[Row] | None = None,
    adjustments: list[Row] | None = None,
    model: dict[str, str] | None = None,
    seeds: dict[str, list[dict[str, str]]] | None = None,
    **variables: Any,
) -> Result:
    raw = {
        "contacts": contacts if contacts is not None else [contact()],
        "events": events or [],
        "transactions": transactions or [],
        "score_adjustments": adjustments or [],
    }
    models = [{"model_id": "m", "is_active": "true", **(model or {})}]
    tables = {"scoring_models": models, "scoring_rules": list(rules), **(seeds or {})}
    return evaluate(World(tables, raw, {"as_of": "2024-12-31", **variables}))


def spans(result: Result) -> list[tuple[float, str, str | None]]:
    """The ledger as (points, from, until), by start."""
    rows = sorted(result.ledger, key=lambda entry: (entry.valid_from, entry.points))
    return [(float(row.points), str(row.valid_from), _written(row.valid_to)) for row in rows]


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else str(instant)


def counted(result: Result) -> list[str]:
    return sorted(str(award.activity_id) for award in result.awards)


def score_at(result: Result, instant: str) -> float:
    (history,) = result.histories
    moment = read_timestamp(instant)
    assert moment is not None
    return float(history.score_at(moment))


# Reading values


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-03-31 03:00:00+02:00", datetime(2024, 3, 31, 1)),
        ("2024-03-31T01:00:00.000001Z", datetime(2024, 3, 31, 1, 0, 0, 1)),
        ("2024-03-31", datetime(2024, 3, 31)),
        ("2024-02-30", None),
        ("infinity", None),
        ("10000-01-01", None),
        ("0001-01-01 00:00:00+01:00", None),
    ],
)
def test_timestamps(text: str, instant: datetime | None) -> None:
    assert read_timestamp(text) == instant


def test_numbers() -> None:
    assert [read_number(text) for text in ("1e3", ".5", " 5 ")] == [1000, Decimal("0.5"), 5]
    assert [read_number(text) for text in ("1_000", "NaN", "", "1,5", "9" * 29)] == [None] * 5
    assert [read_amount(text) for text in ("9" * 18, "9" * 19)] == [10**18 - 1, None]
    assert [read_points(text) for text in ("0.123456785", "9" * 11)] == [Decimal("0.12345679"), None]
    assert [read_integer(text) for text in ("12", "12.0", "12.5", "1_2", "x")] == [12, 12, None, None, None]


def test_half_goes_away_from_zero() -> None:
    assert [round_half_away(Decimal(text), 2) for text in ("0.005", "-0.005", "0.0049")] == [
        Decimal("0.01"),
        Decimal("-0.01"),
        0,
    ]


def test_months_end_where_the_month_does() -> None:
    assert add_months(datetime(2023, 8, 31, 12), 6) == datetime(2024, 2, 29, 12)
    assert add_months(datetime(2024, 2, 29), 12) == datetime(2025, 2, 28)
    assert add_months(datetime(2024, 11, 30), 2) == datetime(2025, 1, 30)


def test_json_of_an_object_is_compact() -> None:
    read = read_json('{"a": {"b": [1, "x", null, true]}, "n": null, "d": 2.50}')
    assert read is not None
    assert [json_text(read.value[key]) for key in "and"] == ['{"b":[1,"x",null,true]}', None, "2.5"]
    assert read_json("[1]") is None


# Input


def test_the_first_loaded_event_counts_and_the_last_loaded_line() -> None:
    later = LOADED + MICROSECOND
    events = [visit("e", "2024-02-02", loaded_at=later), visit("e", "2024-03-03")]
    line = {"transaction_id": "t", "line_number": "1.0", "contact_id": "c", "ordered_at": "2024-05-05"}
    lines = [
        {**line, "amount": "1", "status": "refunded", "loaded_at": later},
        {**line, "amount": "1", "loaded_at": LOADED},
    ]
    result = score(rule(), rule("b", activity="transaction"), events=events, transactions=lines)
    assert [(row.activity_id, row.occurred_at) for row in result.awards] == [("e", datetime(2024, 3, 3))]
    lines.append({**line, "amount": "2", "loaded_at": LOADED + 2 * MICROSECOND})
    assert counted(score(rule(activity="transaction"), transactions=lines)) == ["t:1"]


def test_a_first_loaded_event_after_as_of_hides_the_second() -> None:
    events = [visit("e", "2025-06-01"), visit("e", "2024-01-02", loaded_at=LOADED + MICROSECOND)]
    assert score(rule(), events=events).awards == []


def test_a_bad_row_never_replaces_a_good_one() -> None:
    bad = visit("e", "never", loaded_at=LOADED - MICROSECOND)
    result = score(rule(), events=[visit("e", "2024-01-02", is_machine="perhaps"), bad])
    assert counted(result) == ["e"]
    assert sorted((row.row_key, row.whole) for row in result.rejected) == [("e", False), ("e", True)]


def test_rows_that_tie_are_ordered_by_their_columns_with_nulls_last() -> None:
    events = [visit("e", "2024-02-02", None, anonymous_id="v"), visit("e", "2024-02-02", "c")]
    assert counted(score(rule(), events=events)) == ["e"]
    adjustments = [adjust("a", "add", "5", "2024-02-01", note=note) for note in ("z", None)]
    assert [entry.note for entry in score(adjustments=adjustments).ledger] == [None]


def test_only_what_had_happened_by_as_of() -> None:
    contacts = [contact(), contact(created_at="2023-01-01", updated_at="2024-06-02", deleted_at="2024-06-02")]
    before = score(rule(), contacts=contacts, as_of="2024-06-01", model={"starting_points": "1"})
    assert spans(before) == [(1, "2024-01-01 00:00:00", None)]
    assert score(rule(), contacts=contacts, as_of="2024-06-02").histories == []


# Identity


def test_anonymous_events_go_to_the_next_identification_else_the_last() -> None:
    contacts = [contact("a"), contact("b"), contact("z")]
    events = [
        visit("1", "2024-02-01", None, anonymous_id="v"),
        visit("2", "2024-02-02", "b", anonymous_id="v", is_machine="true"),
        visit("3", "2024-02-02", None, anonymous_id="v"),
        visit("4", "2024-02-03", None, anonymous_id="v"),
        visit("6", "2024-02-04", "z", anonymous_id="v"),
        visit("5", "2024-02-04", "a", anonymous_id="v"),
        visit("7", "2024-02-05", None, anonymous_id="v"),
        visit("8", "2024-02-05", None, anonymous_id="somebody"),
    ]
    result = score(rule(), contacts=contacts, events=events)
    owners = {award.activity_id: award.contact_id for award in result.awards}
    assert owners == {"1": "b", "3": "b", "4": "a", "5": "a", "6": "z", "7": "a"}


def test_merges_follow_chains_and_ignore_loops_and_strangers() -> None:
    merged = {"a": "b", "b": "c", "d": "e", "e": "d", "f": "d", "g": "nobody", "s": "s"}
    contacts = [contact(one, merged_into=into) for one, into in merged.items()] + [contact("c")]
    events = [visit(one, "2024-02-01", one) for one in (*merged, "c", "nobody")]
    result = score(rule(), contacts=contacts, events=events)
    owners = {str(award.activity_id): award.contact_id for award in result.awards}
    assert owners == {"a": "c", "b": "c", "c": "c", "d": "d", "e": "e", "f": "d", "g": "g", "s": "s"}
    assert {history.contact.contact_id for history in result.histories} == set("cdegs")
    assert {row.row_key for row in result.rejected} == set("des")


def test_contact_fields_are_those_of_the_survivor_at_the_time() -> None:
    contacts = [
        contact("old", merged_into="c", city="Elsewhere"),
        contact(city="Assen", updated_at="2024-02-01"),
        contact(city="Breda", updated_at="2024-03-01"),
    ]
    events = [visit("1", "2024-01-05", "old"), visit("2", "2024-03-01"), visit("3", "2024-02-29")]
    conditions = [{"rule_id": "r", "clause": "1", "field": "contact.city", "operator": "=", "value": "Assen"}]
    result = score(rule(), contacts=contacts, events=events, seeds={"rule_conditions": conditions})
    assert counted(result) == ["1", "3"]


# Conditions


@pytest.mark.parametrize(
    ("operator", "value", "properties", "holds"),
    [
        ("=", "10", '{"k": "1e1"}', False),
        ("=", "10", '{"k": 1e1}', True),
        ("=", "1e1", '{"k": "1e1"}', True),
        ("=", "10000000000000000000000", '{"k": 1e22}', True),
        ("=", "0.0000001", '{"k": 1e-7}', True),
        ("=", "2138", '{"k": "02138"}', False),
        ("=", "7.0", '{"k": "7"}', True),
        (">", "3", '{"k": "(none)"}', False),
        ("<=", "3", '{"k": "(none)"}', False),
        ("has", "a", '{"k": ["b", "a"]}', True),
        ("has", "7", '{"k": ["b", 7.0]}', True),
        ("has", "a", '{"k": "a"}', True),
        ("has", "a", '{"k": ["ab", null]}', False),
        ("has not", "a", '{"k": ["ab", null]}', True),
        ("has not", "a", "{}", True),
        ("has not", "a", '{"k": ["a"]}', False),
        ("=", "10", '{"k": "ten"}', False),
        ("<", "9", '{"k": 10}', False),
        ("<", "9a", '{"k": 10}', True),
        ("in", "8|10.0", '{"k": 10}', True),
        ("!=", "10", '{"k": null}', True),
        ("not in", "10", "{}", True),
        ("not contains", "a", "{}", True),
        ("is set", "", '{"k": null}', False),
        ("is not set", "", '{"k": ""}', False),
        ("contains", "%", '{"k": "abc"}', False),
        ("starts with", "a_", '{"k": "abc"}', False),
        ("ends with", "C", '{"k": "abc"}', False),
        ("matches", "^b", '{"k": "abc"}', False),
        ("matches", "b", '{"k": "abc"}', True),
        ("=", "true", '{"k": true}', True),
    ],
)
def test_operators(operator: str, value: str, properties: str, holds: bool) -> None:
    row = {"rule_id": "r", "clause": "1", "field": "event.properties.k", "operator": operator, "value": value}
    events = [visit("e", "2024-02-01", properties=properties)]
    assert bool(score(rule(), events=events, seeds={"rule_conditions": [row]}).awards) is holds


def test_payment_days_have_fractions() -> None:
    row = {
        "rule_id": "r",
        "clause": "1",
        "field": "transaction.payment_days",
        "operator": "<=",
        "value": "14",
    }
    line = {
        "line_number": 1,
        "contact_id": "c",
        "ordered_at": "2024-02-01",
        "amount": "1",
        "loaded_at": LOADED,
    }
    paid = {"on time": "2024-02-15", "late": "2024-02-15 00:00:00.000001", "open": None}
    lines = [
        {"transaction_id": name, "invoiced_at": "2024-02-01", "paid_at": paid_at, **line}
        for name, paid_at in paid.items()
    ]
    result = score(rule(activity="transaction"), transactions=lines, seeds={"rule_conditions": [row]})
    assert counted(result) == ["on time:1"]


# Activity rules


def test_once_per_then_first_then_limit() -> None:
    events = [
        visit("1", "2024-02-01 10:00", page_path="/a"),
        visit("2", "2024-02-01 10:00", page_path="/a"),
        visit("3", "2024-02-01 11:00", page_path="/b"),
        visit("4", "2024-02-01 12:00"),
        visit("5", "2024-02-02 12:00"),
    ]
    assert counted(score(rule(once_per="event.page_path"), events=events)) == ["1", "3", "4", "5"]
    assert counted(score(rule(once_per="event.page_path", recurrence="first"), events=events)) == ["1"]
    limited = {"limit_count": "2", "limit_period": "day"}
    assert counted(score(rule(once_per="event.page_path", **limited), events=events)) == ["1", "3", "5"]
    assert counted(score(rule(limit_count="2"), events=events)) == ["1", "2"]
    valid = rule(recurrence="first", valid_from="2024-02-01 11:00", valid_to="2024-02-02 12:00")
    assert counted(score(valid, events=events)) == ["3"]
    assert counted(score(rule(valid_to="2024-02-01 11:00"), events=events)) == ["1", "2"]


def test_days_are_local_when_the_clock_changes() -> None:
    events = [
        visit("1", "2024-03-30 22:59:59.999999"),
        visit("2", "2024-03-30 23:00"),
        visit("3", "2024-03-31 21:59:59.999999"),
        visit("4", "2024-03-31 22:00"),
    ]
    daily = rule(limit_count="1", limit_period="day")
    assert counted(score(daily, events=events, time_zone="Europe/Amsterdam")) == ["1", "2", "4"]
    assert counted(score(daily, events=events)) == ["1", "3"]
    weekly = rule(limit_count="1", limit_period="week")
    assert counted(score(weekly, events=events, time_zone="Europe/Amsterdam")) == ["1", "4"]


def test_delay_then_expiry() -> None:
    result = score(rule(delay="1 month", expires_after="6 months"), events=[visit("e", "2024-07-31")])
    assert spans(result) == [(10, "2024-08-31 00:00:00", "2025-02-28 00:00:00")]
    assert score_at(result, "2025-02-27 23:59:59.999999") == 10
    assert score_at(result, "2025-02-28") == 0


def test_machine_events_match_only_when_told() -> None:
    events = [visit("e", "2024-02-01", is_machine="true")]
    assert score(rule(), events=events).awards == []
    assert counted(score(rule(), events=events, score_machine_events=True)) == ["e"]


def test_linear_decay() -> None:
    cells = {"decay": "linear", "decay_percent": "40", "decay_every": "1 month"}
    result = score(rule(**cells), events=[visit("e", "2024-01-31")])
    assert spans(result) == [
        (10, "2024-01-31 00:00:00", "2024-02-29 00:00:00"),
        (6, "2024-02-29 00:00:00", "2024-03-31 00:00:00"),
        (2, "2024-03-31 00:00:00", "2024-04-30 00:00:00"),
    ]
    assert [str(award.valid_to) for award in result.awards] == ["2024-04-30 00:00:00"]


def test_exponential_decay_ends_below_half_a_point_and_at_expiry() -> None:
    cells = {"decay": "exponential", "decay_percent": "50", "decay_every": "1 day"}
    result = score(rule(points="-2", **cells), events=[visit("e", "2024-02-01")])
    assert [span[0] for span in spans(result)] == [-2, -1, -0.5]
    assert [str(award.valid_to) for award in result.awards] == ["2024-02-04 00:00:00"]
    assert score(rule(points="0.49", **cells), events=[visit("e", "2024-02-01")]).awards == []
    expiring = score(rule(points="10", expires_after="36 hours", **cells), events=[visit("e", "2024-02-01")])
    assert spans(expiring)[-1] == (5, "2024-02-02 00:00:00", "2024-02-02 12:00:00")


# Window and profile rules


def test_a_window_ends_exactly() -> None:
    result = score(window(), events=[visit("1", "2024-02-01"), visit("2", "2024-02-01 12:00")])
    assert spans(result) == [(10, "2024-02-01 12:00:00", "2024-02-02 00:00:00")]
    apart = [visit("1", "2024-02-01"), visit("2", "2024-02-02")]
    assert score(window(), events=apart).awards == []
    assert score(window(), events=[apart[0], visit("2", "2024-02-01 23:59:59.999999")]).awards != []


def test_what_enters_and_leaves_at_one_instant_is_netted() -> None:
    events = [visit("1", "2024-02-01"), visit("2", "2024-02-02"), visit("3", "2024-02-03")]
    result = score(window(threshold="1", recurrence="each"), events=events)
    assert [str(award.occurred_at) for award in result.awards] == ["2024-02-01 00:00:00"]


def test_a_month_window_ends_at_the_end_of_a_short_month() -> None:
    events = [visit("1", "2024-01-30"), visit("2", "2024-01-31")]
    result = score(window(window_length="1 month"), events=events)
    assert spans(result) == [(10, "2024-01-31 00:00:00", "2024-02-29 00:00:00")]


def test_inactivity_is_judged_from_a_window_after_creation_on() -> None:
    inactive = {"comparator": "=", "threshold": "0", "window_length": "1 month"}
    assert spans(score(window(**inactive))) == [(10, "2024-02-01 00:00:00", None)]
    at_once = score(window(evaluate_from="creation", **inactive), events=[visit("e", "2024-01-05")])
    assert spans(at_once) == [
        (10, "2024-01-01 00:00:00", "2024-01-05 00:00:00"),
        (10, "2024-02-05 00:00:00", None),
    ]


def test_a_rules_own_validity_clips_periods_not_measures() -> None:
    events = [visit("1", "2024-02-01"), visit("2", "2024-02-01 12:00")]
    cells = {"valid_from": "2024-02-01 18:00", "valid_to": "2024-02-01 20:00"}
    assert spans(score(window(**cells), events=events)) == [
        (10, "2024-02-01 18:00:00", "2024-02-01 20:00:00")
    ]
    each = score(window(recurrence="each", delay="1 day", **cells), events=events)
    assert spans(each) == [(10, "2024-02-02 18:00:00", None)]


def test_sums_and_distinct_counts() -> None:
    values = ['{"v": 20}', '{"v": "5.0"}', '{"v": "many"}', "{}", '{"v": "5.0"}']
    events = [visit(str(n), f"2024-02-0{n + 1}", properties=text) for n, text in enumerate(values)]
    cells = {"window_length": "", "measure_field": "event.properties.v"}
    total = score(window(measure="sum", threshold="25", **cells), events=events)
    assert spans(total) == [(10, "2024-02-02 00:00:00", None)]
    distinct = score(window(measure="count_distinct", threshold="3", **cells), events=events)
    assert spans(distinct) == [(10, "2024-02-03 00:00:00", None)]


def test_a_profile_rule_follows_versions_from_creation_on() -> None:
    contacts = [
        contact(city="Assen", updated_at="2024-02-01"),
        contact(city="Assen", updated_at="2024-03-01"),
        contact(city="Breda", updated_at="2024-04-01"),
        contact(city="Assen", updated_at="2024-05-01"),
    ]
    conditions = [{"rule_id": "r", "clause": "1", "field": "contact.city", "operator": "=", "value": "Assen"}]
    seeds = {"rule_conditions": conditions}
    result = score(rule(trigger="profile"), contacts=contacts, seeds=seeds)
    assert spans(result) == [
        (10, "2024-01-01 00:00:00", "2024-04-01 00:00:00"),
        (10, "2024-05-01 00:00:00", None),
    ]
    first = score(rule(trigger="profile", recurrence="first", delay="1 day"), contacts=contacts, seeds=seeds)
    assert spans(first) == [(10, "2024-01-02 00:00:00", None)]


# Sets, adjustments, limits and bands


def test_a_set_ends_what_started_before_and_nothing_else() -> None:
    adjustments = [adjust("a", "set", "50", "2024-02-02"), adjust("b", "subtract", "-5", "2024-02-02")]
    events = [visit("1", "2024-02-01"), visit("2", "2024-02-02")]
    result = score(
        rule(),
        rule("late", delay="1 day"),
        events=events,
        adjustments=adjustments,
        model={"starting_points": "3"},
    )
    assert spans(result) == [
        (3, "2024-01-01 00:00:00", "2024-02-02 00:00:00"),
        (10, "2024-02-01 00:00:00", "2024-02-02 00:00:00"),
        (5, "2024-02-02 00:00:00", None),
        (10, "2024-02-02 00:00:00", None),
        (10, "2024-02-02 00:00:00", None),
        (50, "2024-02-02 00:00:00", None),
        (10, "2024-02-03 00:00:00", None),
    ]


def test_of_two_sets_at_one_instant_the_manual_one_wins_then_the_greatest_id() -> None:
    rules = [rule("z", operation="set", points="1"), rule("y", operation="set", points="2")]
    events = [visit("1", "2024-02-01")]
    assert spans(score(*rules, events=events)) == [(1, "2024-02-01 00:00:00", None)]
    adjustments = [adjust("a2", "set", "7", "2024-02-01"), adjust("a10", "set", "8", "2024-02-01")]
    assert spans(score(*rules, events=events, adjustments=adjustments)) == [(7, "2024-02-01 00:00:00", None)]


def test_a_set_ends_a_running_period_until_it_starts_again() -> None:
    events = [visit("1", "2024-02-01"), visit("2", "2024-02-10")]
    holds = window(threshold="1", window_length="2 days")
    result = score(holds, events=events, adjustments=[adjust("a", "set", "0", "2024-02-02")])
    assert spans(result) == [
        (10, "2024-02-01 00:00:00", "2024-02-02 00:00:00"),
        (0, "2024-02-02 00:00:00", None),
        (10, "2024-02-10 00:00:00", "2024-02-12 00:00:00"),
    ]


def test_a_set_ends_later_decay_steps_too() -> None:
    melting = rule(decay="linear", decay_percent="50", decay_every="1 week")
    result = score(
        melting, events=[visit("e", "2024-02-01")], adjustments=[adjust("a", "set", "1", "2024-02-03")]
    )
    assert [span[0] for span in spans(result)] == [10, 1]


def test_a_deleted_adjustment_was_never_made() -> None:
    adjustments = [adjust("a", "set", "5", "2024-02-01", deleted_at="2024-06-01")]
    assert score(adjustments=adjustments, as_of="2024-06-01").ledger == []
    assert len(score(adjustments=adjustments, as_of="2024-05-31").ledger) == 1


def test_category_limits_then_the_models_limits_then_rounding() -> None:
    limits = [{"model_id": "m", "category": "pages", "minimum": "", "maximum": "15"}]
    limits.append({"model_id": "m", "category": "mail", "minimum": "2", "maximum": ""})
    rules = [rule(category="pages"), rule("b", category="pages"), rule("c", points="0.005")]
    result = score(*rules, events=[visit("e", "2024-02-01")], seeds={"category_limits": limits})
    (row,) = result.contact_scores
    assert (row["score"], row["unlimited_score"]) == (Decimal("17.01"), Decimal("20.005"))
    bounded = score(*rules, events=[visit("e", "2024-02-01")], model={"maximum_score": "12.5"})
    assert bounded.contact_scores[0]["score"] == Decimal("12.5")


def test_bands_are_judged_on_the_rounded_score() -> None:
    band = {"model_id": "m", "band_id": "warm", "title": "Warm", "action": "call", "from_score": "10"}
    result = score(rule(points="9.995"), events=[visit("e", "2024-02-01")], seeds={"score_bands": [band]})
    assert [row["band_id"] for row in result.contact_scores] == ["warm"]
    above = {**band, "from_score": "", "above": "10"}
    over = score(rule(points="10.004"), events=[visit("e", "2024-02-01")], seeds={"score_bands": [above]})
    assert [row["band_id"] for row in over.contact_scores] == [None]


def test_changes_of_the_published_score() -> None:
    rules = [rule(points="0.004", expires_after="1 day"), rule("b", delay="1 year", expires_after="1 day")]
    (row,) = score(*rules, events=[visit("e", "2024-02-01")]).contact_scores
    assert (row["last_changed_at"], row["next_change_at"]) == (None, datetime(2025, 2, 1))
    (row,) = score(rule(), events=[visit("e", "2023-12-01")]).contact_scores
    assert (row["last_changed_at"], row["next_change_at"]) == (None, None)
    (row,) = score(rule(), events=[visit("e", "2024-12-31")]).contact_scores
    assert row["last_changed_at"] == datetime(2024, 12, 31)


def test_rank_and_percentile_leave_room_for_ties() -> None:
    contacts = [contact(one) for one in "abcd"]
    events = [visit("1", "2024-02-01", "a"), visit("2", "2024-02-01", "b"), visit("3", "2024-02-01", "c")]
    events.append(visit("4", "2024-02-01", "c"))
    rows = score(rule(), contacts=contacts, events=events).contact_scores
    ranks = {row["contact_id"]: (row["score_rank"], row["percentile"]) for row in rows}
    assert ranks == {"c": (1, 75), "a": (2, 25), "b": (2, 25), "d": (4, 0)}


def test_only_the_audience_is_scored() -> None:
    contacts = [contact("a", country="NL"), contact("b", country="BE"), contact("x")]
    audience = {"model_id": "m", "clause": "1", "field": "contact.country", "operator": "=", "value": "NL"}
    result = score(rule(), contacts=contacts, seeds={"model_conditions": [audience]})
    assert [history.contact.contact_id for history in result.histories] == ["a"]


# What follows from history


def test_snapshots_close_at_local_midnight() -> None:
    events = [
        visit("1", "2024-03-30 22:59:59.999999"),
        visit("2", "2024-03-31 21:59"),
        visit("3", "2024-04-02"),
    ]
    short = rule(expires_after="1 hour")
    (history,) = score(short, rule("b", points="1"), events=events).histories
    rows = list(score_snapshots(history, datetime(2024, 4, 2), ZoneInfo("Europe/Amsterdam")))
    assert [(str(row["snapshot_date"]), row["score"]) for row in rows] == [
        ("2024-01-01", 0),
        ("2024-03-30", 11),
        ("2024-03-31", 12),
        ("2024-04-01", 2),
        ("2024-04-02", 13),
    ]


def test_transitions_and_forecast() -> None:
    bands = [{"model_id": "m", "band_id": "cold", "below": "10"}]
    bands.append({"model_id": "m", "band_id": "warm", "from_score": "10"})
    result = score(
        rule(expires_after="1 week"), events=[visit("e", "2024-12-30")], seeds={"score_bands": bands}
    )
    (history,) = result.histories
    rows = list(band_transitions(history, result.as_of))
    assert [(row["from_band_id"], row["to_band_id"], row["direction"]) for row in rows] == [
        (None, "cold", None),
        ("cold", "warm", "up"),
    ]
    (row,) = score_forecast(history, result.as_of)
    assert (row["changes_at"], row["score"], row["from_band_id"]) == (datetime(2025, 1, 6), 0, "warm")
