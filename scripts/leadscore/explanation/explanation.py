"""Why a contact has its score in a model at an instant, and what changes afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from leadscore.explanation.arithmetic import Arithmetic, total_score
from leadscore.explanation.entries import StatedEntry, entries_at, points_by_category
from leadscore.explanation.history import Band, Change, History


@dataclass(frozen=True)
class Explanation:
    """A score and where it comes from.

    Attributes:
        history: What is known of the contact in the model.
        at: The instant.
        entries: Every entry, and where it stands then.
        arithmetic: How they add up.
        upcoming: The changes of the published score after that instant.
    """

    history: History
    at: datetime
    entries: Sequence[StatedEntry]
    arithmetic: Arithmetic
    upcoming: Sequence[Change]

    @property
    def score(self) -> Decimal | None:
        """The published score; None before the contact's history began."""
        return None if self.at < self.history.began_at else self.arithmetic.score

    @property
    def band(self) -> Band | None:
        """The band of the score."""
        return None if self.score is None else self.history.band(self.score)


def explained(history: History, at: datetime) -> Explanation:
    """Explain the score at an instant."""
    entries = entries_at(history.entries, at)
    arithmetic = total_score(points_by_category(entries), history.limits)
    upcoming = [change for change in history.changes if change.changes_at > at]
    return Explanation(history, at, entries, arithmetic, upcoming)
