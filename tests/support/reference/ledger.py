"""The ledger of one contact in one model: all entries, cut by sets (section 4, items 1, 5, 6 and 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reference.awards import Award
from reference.config import Model
from reference.decay import decay_steps
from reference.people import Contact
from reference.world import Row


@dataclass(frozen=True)
class Entry:
    """Points that count from `valid_from` until `valid_to`."""

    model_id: str
    contact_id: str
    entry_type: str
    rule_id: str | None
    activity_id: str | None
    category: str | None
    operation: str
    points: Decimal
    valid_from: datetime
    valid_to: datetime | None
    note: str | None = None
    author: str | None = None

    def valid_at(self, instant: datetime) -> bool:
        """Whether the entry counts at an instant."""
        return self.valid_from <= instant and (self.valid_to is None or instant < self.valid_to)


def ledger_of(model: Model, contact: Contact, awards: list[Award], adjustments: list[Row]) -> list[Entry]:
    """All entries of a contact in a model."""
    manual = [(row["adjustment_id"], _manual_entry(contact, row)) for row in adjustments]
    start = [_starting_entry(model, contact)] if model.starting_points else []
    winners = _winning_sets(awards, manual)

    def end(valid_from: datetime, valid_to: datetime | None) -> datetime | None:
        """What starts at an instant lasts until the first set after it at most."""
        ends = [instant for instant in winners if instant > valid_from]
        return min(ends if valid_to is None else [*ends, valid_to], default=None)

    ledger = []
    for entry in [*start, *(entry for _, entry in manual)]:
        if entry.operation != "set" or winners[entry.valid_from] is entry:
            ledger.append(Entry(**{**vars(entry), "valid_to": end(entry.valid_from, entry.valid_to)}))
    for award in awards:
        rule = award.rule
        if rule.operation == "set" and winners[award.valid_from] is not award:
            continue
        ends_at = end(award.valid_from, award.valid_to)
        for points, begin, finish in decay_steps(rule, award.points, award.valid_from, ends_at):
            ledger.append(
                Entry(
                    model_id=model.model_id,
                    contact_id=contact.contact_id,
                    entry_type=rule.trigger,
                    rule_id=rule.rule_id,
                    activity_id=award.activity_id,
                    category=None if rule.operation == "set" else rule.category,
                    operation=rule.operation,
                    points=points,
                    valid_from=begin,
                    valid_to=finish,
                )
            )
    return ledger


def _winning_sets(awards: list[Award], manual: list[tuple[str, Entry]]) -> dict[datetime, Award | Entry]:
    """For each instant at which sets start the one that wins: the manual one, then the greatest id."""
    candidates = [
        (award.valid_from, (False, award.rule.rule_id, award.activity_id or ""), award)
        for award in awards
        if award.rule.operation == "set"
    ] + [
        (entry.valid_from, (True, adjustment_id, ""), entry)
        for adjustment_id, entry in manual
        if entry.operation == "set"
    ]
    candidates.sort(key=lambda candidate: candidate[:2])
    return {instant: winner for instant, _, winner in candidates}


def _starting_entry(model: Model, contact: Contact) -> Entry:
    return Entry(
        model_id=model.model_id,
        contact_id=contact.contact_id,
        entry_type="start",
        rule_id=None,
        activity_id=None,
        category=None,
        operation="add",
        points=model.starting_points,
        valid_from=contact.created_at,
        valid_to=None,
    )


def _manual_entry(contact: Contact, row: Row) -> Entry:
    return Entry(
        model_id=row["model_id"],
        contact_id=contact.contact_id,
        entry_type="manual",
        rule_id=None,
        activity_id=None,
        category=None,
        operation=row["operation"],
        points=-row["points"] if row["operation"] == "subtract" else row["points"],
        valid_from=row["adjusted_at"],
        valid_to=None,
        note=row["note"],
        author=row["author"],
    )
