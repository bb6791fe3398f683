"""What each rule awards, before decay and sets: the rows of `fct_rule_points` (section 4, items 2 to 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from reference.conditions import Sources, field_value, hold
from reference.config import Rule
from reference.decay import decayed_to_nothing_at
from reference.people import Activity, Contact, birthday
from reference.values import EXACT, read_counted_number, round_half_away

Period = tuple[datetime, datetime | None]
MOST_POINTS, MOST_TIMES = Decimal(10) ** 10, Decimal(10) ** 18


@dataclass(frozen=True)
class Award:
    """Points that a rule gives a contact from `valid_from` until `valid_to`, for an activity or a start."""

    rule: Rule
    contact_id: str
    activity_id: str | None
    points: Decimal
    occurred_at: datetime
    valid_from: datetime
    valid_to: datetime | None


def awards_of(rule: Rule, contact: Contact, activities: list[Activity], zone: ZoneInfo) -> list[Award]:
    """All awards of a rule to a contact; `activities` are the contact's, by occurred_at and id."""
    if rule.trigger == "activity":
        matching = _matching(rule, contact, activities)
        return [
            award
            for activity in _counted(rule, contact, matching, zone)
            for award in _lasting(rule, contact, activity.occurred_at, activity)
        ]
    if rule.trigger == "window":
        periods = _window_periods(rule, contact, _matching(rule, contact, activities))
    else:
        periods = _profile_periods(rule, contact)
    periods = list(_clipped(periods, rule.valid_from, rule.valid_to))
    if rule.recurrence == "while":
        return [
            Award(rule, contact.contact_id, None, rule.points, start, start, end) for start, end in periods
        ]
    starts = [start for start, _ in periods]
    if rule.recurrence == "first":
        starts = starts[:1]
    return [award for start in starts for award in _lasting(rule, contact, start, None)]


def _sources(contact: Contact, activity: Activity) -> Sources:
    return {"contact": contact.version_at(activity.occurred_at), activity.kind: activity.row}


def _matching(rule: Rule, contact: Contact, activities: list[Activity]) -> list[Activity]:
    kind = "transaction" if rule.activity_types == {"transaction"} else "event"
    return [
        activity
        for activity in activities
        if activity.kind == kind
        and activity.activity_type in rule.activity_types
        and hold(rule.conditions, _sources(contact, activity))
    ]


def _counted(rule: Rule, contact: Contact, matching: list[Activity], zone: ZoneInfo) -> list[Activity]:
    """The activities that count: within the rule's validity, once_per, then first, then the limit."""
    counted = [
        activity
        for activity in matching
        if rule.valid_at(activity.occurred_at) and _points(rule, contact, activity) is not None
    ]
    if rule.once_per is not None:
        seen: set[Any] = set()
        once = []
        for activity in counted:
            value = field_value(rule.once_per, _sources(contact, activity))
            if value is None or value not in seen:
                once.append(activity)
            seen.add(value)
        counted = once
    if rule.recurrence == "first":
        counted = counted[:1]
    if rule.limit_count is not None:
        totals: dict[Any, int] = {}
        limited = []
        for activity in counted:
            period = _calendar_period(activity.occurred_at, rule.limit_period, zone)
            totals[period] = totals.get(period, 0) + 1
            if totals[period] <= rule.limit_count:
                limited.append(activity)
        counted = limited
    return counted


def _points(rule: Rule, contact: Contact, activity: Activity | None) -> Decimal | None:
    """What an activity earns, with per_field times a number: None if it is none, or too many points."""
    if rule.per_field is None or activity is None:
        return rule.points
    times = read_counted_number(field_value(rule.per_field, _sources(contact, activity)))
    if times is None:
        return None
    if rule.per_step is not None:
        times = EXACT.divide_int(times, rule.per_step)
    points = round_half_away(EXACT.multiply(rule.points, times), 8)
    return points if abs(points) < MOST_POINTS and abs(times) < MOST_TIMES else None


def _calendar_period(instant: datetime, unit: str | None, zone: ZoneInfo) -> Any:
    day = instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
    return {
        None: None,
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": (day.year, day.month),
        "year": day.year,
    }[unit]


def _lasting(rule: Rule, contact: Contact, instant: datetime, activity: Activity | None) -> list[Award]:
    """An award from an instant on: delayed, and until it expires or has decayed to nothing."""
    points = _points(rule, contact, activity)
    assert points is not None
    valid_from = rule.delay.after(instant) if rule.delay else instant
    ends = [rule.expires_after.after(valid_from)] if rule.expires_after else []
    if rule.decay is not None:
        ends.append(decayed_to_nothing_at(rule, points, valid_from))
    valid_to = min(ends, default=None)
    if valid_to == valid_from:
        return []
    activity_id = activity.activity_id if activity else None
    return [Award(rule, contact.contact_id, activity_id, points, instant, valid_from, valid_to)]


def _window_periods(rule: Rule, contact: Contact, matching: list[Activity]) -> list[Period]:
    """The periods in which a window rule holds, judged anew at every instant at which it may change."""
    length = rule.window_length
    evaluated_from = None
    if rule.measure != "average" and _compare(Decimal(0), rule):
        late = rule.evaluate_from == "window" and length is not None
        evaluated_from = length.after(contact.created_at) if late and length else contact.created_at

    def holds(instant: datetime) -> bool:
        if evaluated_from is not None and instant < evaluated_from:
            return False
        inside = [
            activity
            for activity in matching
            if activity.occurred_at <= instant
            and (length is None or instant < length.after(activity.occurred_at))
        ]
        measured = _measure(rule, contact, inside)
        return measured is not None and _compare(measured, rule)

    instants = {activity.occurred_at for activity in matching}
    if length is not None:
        instants |= {length.after(activity.occurred_at) for activity in matching}
    if evaluated_from is not None:
        instants.add(evaluated_from)
    return _periods(instants, holds)


def _profile_periods(rule: Rule, contact: Contact) -> list[Period]:
    """The periods from created_at on in which the contact's version meets the conditions."""

    def holds(instant: datetime) -> bool:
        return instant >= contact.created_at and hold(
            rule.conditions, {"contact": contact.version_at(instant)}
        )

    instants = {contact.created_at, *(row["updated_at"] for row in contact.versions)}
    if is_about_age(rule):
        instants |= birthdays(contact)
    return _periods(instants, holds)


def is_about_age(rule: Rule) -> bool:
    """Whether a condition looks at the contact's age."""
    return any(condition.field == "contact.age" for clause in rule.conditions for condition in clause)


def birthdays(contact: Contact) -> set[datetime]:
    """The first instants of the days on which the contact's age changes, as each version has it."""
    days = {
        birthday(row["birth_date"], age)
        for row in contact.versions
        if row["birth_date"] is not None
        for age in range(150)
        if row["birth_date"].year + age < 3000
    }
    return {
        datetime(day.year, day.month, day.day, tzinfo=contact.time_zone).astimezone(UTC).replace(tzinfo=None)
        for day in days
    }


def _periods(instants: Iterable[datetime], holds: Callable[[datetime], bool]) -> list[Period]:
    """The unbroken periods in which something holds that can change at the given instants only."""
    periods: list[Period] = []
    started: datetime | None = None
    for instant in sorted(instants):
        if holds(instant) and started is None:
            started = instant
        elif started is not None and not holds(instant):
            periods.append((started, instant))
            started = None
    return periods if started is None else [*periods, (started, None)]


def _clipped(periods: list[Period], low: datetime | None, high: datetime | None) -> Iterable[Period]:
    for start, end in periods:
        begin = start if low is None else max(start, low)
        finish = high if end is None else end if high is None else min(end, high)
        if finish is None or begin < finish:
            yield begin, finish


def _measure(rule: Rule, contact: Contact, inside: list[Activity]) -> Fraction | Decimal | None:
    if rule.measure == "count":
        return Decimal(len(inside))
    assert rule.measure_field is not None
    found = [field_value(rule.measure_field, _sources(contact, activity)) for activity in inside]
    if rule.measure == "count_distinct":
        return Decimal(len({value for value in found if value is not None}))
    numbers = [
        number for value in found if value is not None and (number := read_counted_number(value)) is not None
    ]
    total = sum(numbers, Decimal(0))
    if rule.measure == "sum":
        return total
    return Fraction(total) / len(numbers) if numbers else None


def _compare(measured: Fraction | Decimal, rule: Rule) -> bool:
    assert rule.threshold is not None
    exact, threshold = Fraction(measured), Fraction(rule.threshold)
    if rule.comparator == "between":
        assert rule.threshold_high is not None
        return threshold <= exact <= Fraction(rule.threshold_high)
    return {
        ">=": exact >= threshold,
        ">": exact > threshold,
        "<": exact < threshold,
        "<=": exact <= threshold,
        "=": exact == threshold,
    }[str(rule.comparator)]
