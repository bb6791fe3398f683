"""Points that melt away in steps (section 4, item 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from reference.config import Rule
from reference.values import EXACT, round_half_away

HALF_A_POINT = Decimal("0.5")
Step = tuple[Decimal, datetime, datetime | None]


def decay_steps(rule: Rule, points: Decimal, start: datetime, end: datetime | None) -> Iterator[Step]:
    """Points, from, until: one step without decay, else one a `decay_every` until nothing is left."""
    if rule.decay is None:
        yield points, start, end
        return
    assert rule.decay_every is not None
    for k, left in enumerate(_sizes(rule, points)):
        begin, finish = rule.decay_every.after(start, k), rule.decay_every.after(start, k + 1)
        if end is not None and begin >= end:
            return
        yield left, begin, finish if end is None else min(finish, end)


def decayed_to_nothing_at(rule: Rule, points: Decimal, start: datetime) -> datetime:
    """The instant from which nothing is left."""
    assert rule.decay_every is not None
    return rule.decay_every.after(start, len(list(_sizes(rule, points))))


def _sizes(rule: Rule, points: Decimal) -> Iterator[Decimal]:
    """The points of step 0, 1, ... as long as there are any."""
    assert rule.decay_percent is not None
    share = rule.decay_percent / 100
    k = 0
    while True:
        if rule.decay == "linear":
            left = EXACT.multiply(points, max(Decimal(0), 1 - k * share))
            nothing = k > 0 and round_half_away(left, 8) == 0
        else:
            left = EXACT.multiply(points, EXACT.power(1 - share, k) if k else Decimal(1))
            nothing = abs(left) < HALF_A_POINT
        if nothing:
            return
        yield round_half_away(left, 8)
        k += 1
