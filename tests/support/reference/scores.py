"""Scores by definition: what the ledger says at an instant, and when that changes (section 4, item 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reference.config import Band, Model
from reference.ledger import Entry
from reference.people import Contact
from reference.values import round_half_away


@dataclass(frozen=True)
class History:
    """The scores of one contact in one model, at any instant since they began."""

    model: Model
    contact: Contact
    ledger: Sequence[Entry]

    @property
    def begins_at(self) -> datetime:
        """The earlier of the contact's created_at and its first entry."""
        return min([self.contact.created_at, *(entry.valid_from for entry in self.ledger)])

    def unlimited_at(self, instant: datetime) -> Decimal:
        """The sum of the ledger's points valid at an instant."""
        return sum((entry.points for entry in self.ledger if entry.valid_at(instant)), Decimal(0))

    def score_at(self, instant: datetime) -> Decimal:
        """The published score: category limits, then the model's, then rounding."""
        sums: dict[str | None, Decimal] = dict.fromkeys(self.model.category_limits, Decimal(0))
        for entry in self.ledger:
            if entry.valid_at(instant):
                sums[entry.category] = sums.get(entry.category, Decimal(0)) + entry.points
        no_limit = (None, None)
        limits: dict[str | None, tuple[Decimal | None, Decimal | None]] = {**self.model.category_limits}
        total = sum(
            (_within(points, *limits.get(category, no_limit)) for category, points in sums.items()),
            Decimal(0),
        )
        return round_half_away(_within(total, self.model.minimum, self.model.maximum), 2)

    def band_at(self, instant: datetime) -> Band | None:
        """The band of the published score."""
        score = self.score_at(instant)
        return next((band for band in self.model.bands if band.holds(score)), None)

    def changes(self) -> list[tuple[datetime, Decimal]]:
        """Every instant after the beginning at which the published score changes, with the new score."""
        instants = {entry.valid_from for entry in self.ledger}
        instants |= {entry.valid_to for entry in self.ledger if entry.valid_to is not None}
        changes = []
        previous = self.score_at(self.begins_at)
        for instant in sorted(instants):
            if instant > self.begins_at and (score := self.score_at(instant)) != previous:
                changes.append((instant, score))
                previous = score
        return changes


def _within(points: Decimal, minimum: Decimal | None, maximum: Decimal | None) -> Decimal:
    if minimum is not None:
        points = max(points, minimum)
    return points if maximum is None else min(points, maximum)
