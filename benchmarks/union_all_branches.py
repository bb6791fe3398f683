"""The branches of measurement (b): for each rule a query of its points, each with its beginning and end."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

from benchmarks.rules import Rule, column_sql

EDITS_BY_HAND = """
select model_id, 'manual' as rule_id, contact_id, null as category, operation,
    case operation when 'subtract' then -points else points end as points, adjusted_at as valid_from,
    null::timestamp as valid_to
from source.raw.score_adjustments
"""


def branches(rules: list[Rule], as_of: str) -> Iterator[str]:
    """A query for each rule, and one for the edits by hand.

    Args:
        rules: The rules.
        as_of: The instant scored for, as SQL.
    """
    for rule in rules:
        body = {"activity": _activity, "window": _window, "profile": _profile}[rule["trigger"]](rule, as_of)
        yield f"-- rule: {rule['rule_id']}\nselect * from (\n{dedent(body).strip()}\n)"
    yield dedent(EDITS_BY_HAND).strip()


def _columns(rule: Rule, points: str) -> str:
    category = f"'{rule['category']}'" if rule["category"] else "null"
    return (
        f"'{rule['model_id']}' as model_id, '{rule['rule_id']}' as rule_id, contact_id, "
        f"{category} as category, '{rule['operation']}' as operation, "
        f"cast({points} as decimal(18, 4)) as points"
    )


def _activity(rule: Rule, as_of: str) -> str:
    table = "events" if rule.on_events else "transactions"
    chosen = f"select contact_id, occurred_at from {table} where {rule.filter_sql()}{_first_ones(rule)}"
    steps = ", ".join(
        f"({points}, {_interval(begin)}, {_interval(end)})" for begin, end, points in rule.steps()
    )
    return f"""
    select
        {_columns(rule, "step.points")},
        occurred_at + step.begins as valid_from,
        occurred_at + step.ends as valid_to
    from ({chosen})
    cross join (values {steps}) as step (points, begins, ends)
    """


def _interval(length: str | None) -> str:
    return f"interval '{length}'" if length else "null::interval"


def _first_ones(rule: Rule) -> str:
    """Recurrence `first`, once_per and limits: a row_number in the branch."""
    order = "order by occurred_at, activity_id"
    if rule["recurrence"] == "first":
        return f" qualify row_number() over (partition by contact_id {order}) = 1"
    if rule["once_per"]:
        column = column_sql(rule["once_per"])
        return (
            f" qualify {column} is null or row_number() over (partition by contact_id, {column} {order}) = 1"
        )
    if rule["limit_count"]:
        period = f"date_trunc('{rule['limit_period']}', occurred_at)"
        return (
            f" qualify row_number() over (partition by contact_id, {period} {order}) <= {rule['limit_count']}"
        )
    return ""


def _window(rule: Rule, as_of: str) -> str:
    """What enters and leaves the window, netted per instant, summed over time; an entry while it compares."""
    when_empty = rule["comparator"] in ("<", "=")
    holds = f"measured {rule['comparator']} {rule['threshold']}"
    # Judged from the contact's first window on, so that a new one isn't called inactive.
    first_at = f"created_at + interval '{rule['window_length']}'"
    first = f"select contact_id, {first_at} as moved_at, 0 as value from contacts"
    judged = f"{holds} and moved_at >= {first_at}" if when_empty else holds
    ending = "null" if rule["operation"] == "set" else "ends_at"
    moves = f"{_moves(rule)} union all {first}" if when_empty else _moves(rule)
    ordered = "over (partition by contact_id order by moved_at)"
    return f"""
    with netted as (
        select contact_id, moved_at, sum(value) as value
        from ({moves})
        where moved_at <= {as_of}
        group by contact_id, moved_at
    ),
    measures as (
        select contact_id, moved_at, sum(value) {ordered} as measured
        from netted
    ),
    judgements as (
        select contact_id, moved_at, {judged} as holding
        from measures
        inner join contacts using (contact_id)
    ),
    turns as (
        select *
        from judgements
        qualify holding is distinct from lag(holding, 1, false) {ordered}
    ),
    periods as (
        select *, lead(moved_at) {ordered} as ends_at
        from turns
    )
    select {_columns(rule, str(rule.points))}, moved_at as valid_from, {ending} as valid_to
    from periods
    where holding
    """


def _moves(rule: Rule) -> str:
    table = "events" if rule.on_events else "transactions"
    value = column_sql(rule["measure_field"]) if rule["measure"] == "sum" else "1"
    length = f"interval '{rule['window_length']}'"
    source = f"from {table} where {rule.filter_sql()}"
    if rule["measure"] != "count_distinct":
        return (
            f"select contact_id, occurred_at as moved_at, {value} as value {source} "
            f"union all select contact_id, occurred_at + {length}, -{value} {source}"
        )
    distinct = f"partition by contact_id, {column_sql(rule['measure_field'])} order by occurred_at"
    return (
        f"select contact_id, occurred_at as moved_at, 1 as value {source} "
        f"qualify coalesce(lag(occurred_at) over ({distinct}) + {length} < occurred_at, true) "
        f"union all select contact_id, occurred_at + {length}, -1 {source} "
        f"qualify coalesce(lead(occurred_at) over ({distinct}) > occurred_at + {length}, true)"
    )


def _profile(rule: Rule, as_of: str) -> str:
    return f"""
    select {_columns(rule, str(rule.points))}, created_at as valid_from, null as valid_to
    from contacts
    where {rule.filter_sql()}
    """
