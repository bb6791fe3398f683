"""The entries of one contact in one model, and where each stands at an instant."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

WHOLE, HUNDRED_MILLIONTH = Decimal(1), Decimal("0.00000001")


class State(StrEnum):
    """Where an entry stands at an instant."""

    COUNTS = "counts"
    NOT_YET = "not yet"
    EXPIRED = "expired"
    WIPED = "wiped by a set"


@dataclass(frozen=True)
class Entry:
    """A row of the ledger.

    Attributes:
        entry_id: Names it.
        entry_type: start, activity, window, profile or manual.
        rule_id: The rule that made it.
        title: What people call it.
        recurrence: The rule's recurrence.
        activity_id: The activity that earned the points.
        asset: What that was done with, such as an e-mail or a page; None if it is unknown.
        category: The category whose limit the points fall under.
        operation: add, subtract or set.
        points: Their effect on the score.
        note: Why it was made by hand.
        author: Who made it by hand.
        valid_from: When it begins to count.
        valid_to: When it stops; None if never.
        ends_at: When the whole entry, all steps of its decay, would have ended without a set; None if never.
        per_field: The number of the activity that the rule multiplies its points with; None for none.
        per_step: Of how much in it each whole step counts; None where the number itself does.
        rule_points: The rule's points; None without a rule.
        first_points: The points with which the entry begins, before any decay; None without a rule.
    """

    entry_id: str
    entry_type: str
    rule_id: str | None
    title: str
    recurrence: str | None
    activity_id: str | None
    asset: str | None
    category: str | None
    operation: str
    points: Decimal
    note: str | None
    author: str | None
    valid_from: datetime
    valid_to: datetime | None
    ends_at: datetime | None
    per_field: str | None = None
    per_step: Decimal | None = None
    rule_points: Decimal | None = None
    first_points: Decimal | None = None

    @property
    def times(self) -> Decimal | None:
        """What the rule's points were multiplied with; None if they weren't, or are 0 with anything."""
        if self.per_field is None or not self.rule_points or self.first_points is None:
            return None
        return (self.first_points / self.rule_points).quantize(WHOLE if self.per_step else HUNDRED_MILLIONTH)


@dataclass(frozen=True)
class StatedEntry:
    """An entry and where it stands.

    Attributes:
        entry: The entry.
        state: Where it stands.
        reason: Why it counts no longer; empty if that isn't so.
        wiped_by: The entry of the set that wiped it.
    """

    entry: Entry
    state: State
    reason: str = ""
    wiped_by: str | None = None


def entries_at(entries: Sequence[Entry], at: datetime) -> list[StatedEntry]:
    """Where each entry stands at an instant."""
    sets = {entry.valid_from: entry for entry in entries if entry.operation == "set"}
    return [_stated(entry, at, sets) for entry in entries]


def points_by_category(entries: Sequence[StatedEntry]) -> Mapping[str | None, Decimal]:
    """The sum of what counts."""
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for stated_entry in entries:
        if stated_entry.state is State.COUNTS:
            sums[stated_entry.entry.category] += stated_entry.entry.points
    return sums


def _stated(entry: Entry, at: datetime, sets: Mapping[datetime, Entry]) -> StatedEntry:
    if entry.valid_from > at:
        return StatedEntry(entry, State.NOT_YET)
    if entry.valid_to is None or entry.valid_to > at:
        return StatedEntry(entry, State.COUNTS)
    by = sets.get(entry.valid_to)
    if by is not None and (entry.ends_at is None or entry.ends_at > entry.valid_to):
        return StatedEntry(entry, State.WIPED, _wiped(by), by.entry_id)
    return StatedEntry(entry, State.EXPIRED, _expired(entry))


def _wiped(by: Entry) -> str:
    who = f"{by.author}: " if by.author else ""
    told = f" ({who}{by.note})" if by.note else f" ({by.author})" if by.author else ""
    return f"set to {by.points.normalize():f} by {by.title}{told} at {by.valid_from:%Y-%m-%d %H:%M:%S}"


def _expired(entry: Entry) -> str:
    if entry.ends_at is None or (entry.valid_to is not None and entry.valid_to < entry.ends_at):
        return "decayed further"
    return "no longer holds" if entry.recurrence == "while" else "expired"
