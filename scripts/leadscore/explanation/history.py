"""What is known of a contact in a model: its entries, and every change of its score, past and to come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from leadscore.explanation.arithmetic import Limit, total_score
from leadscore.explanation.entries import Entry


@dataclass(frozen=True)
class Band:
    """A range of scores.

    Attributes:
        band_id: Names it.
        title: What people call it.
        action: What it recommends to do.
        above: Scores above this.
        from_score: Scores from this on.
        up_to: Scores up to this.
        below: Scores below this.
    """

    band_id: str
    title: str
    action: str | None
    above: Decimal | None
    from_score: Decimal | None
    up_to: Decimal | None
    below: Decimal | None

    def holds(self, score: Decimal) -> bool:
        """Whether a score lies in it."""
        return (
            (self.above is None or score > self.above)
            and (self.from_score is None or score >= self.from_score)
            and (self.up_to is None or score <= self.up_to)
            and (self.below is None or score < self.below)
        )


@dataclass(frozen=True)
class Change:
    """A published score that changes.

    Attributes:
        changes_at: When.
        score: What it becomes.
        from_band: The band before.
        to_band: The band after.
        begins: The titles of entries that begin then.
        ends: The titles of entries that end then.
    """

    changes_at: datetime
    score: Decimal
    from_band: Band | None
    to_band: Band | None
    begins: Sequence[str]
    ends: Sequence[str]


@dataclass(frozen=True)
class History:
    """What is known of a contact in a model.

    Attributes:
        contact_id: The contact.
        model_id: The model.
        model_title: What people call the model.
        as_of: The instant that was scored for; what lies after it holds if nothing more happens.
        began_at: When the contact's history in the model began.
        entries: Its entries, in order of time.
        limits: The limits of the model and its categories.
        bands: The model's bands.
        uncounted_edits: Rows of the audit list of manual edits that don't count.
    """

    contact_id: str
    model_id: str
    model_title: str
    as_of: datetime
    began_at: datetime
    entries: Sequence[Entry]
    limits: Sequence[Limit]
    bands: Sequence[Band]
    uncounted_edits: Sequence[dict[str, Any]] = ()

    def band(self, score: Decimal) -> Band | None:
        """The band of a score; None in a gap."""
        return next((band for band in self.bands if band.holds(score)), None)

    @cached_property
    def changes(self) -> Sequence[Change]:
        """Every change of the published score, from the beginning of the history on."""
        begins, ends = _by_instant(self.entries)
        points: dict[str | None, Decimal] = defaultdict(Decimal)
        before: Decimal | None = None
        changes = []
        for instant in sorted({self.began_at, *begins, *ends}):
            for entry in begins.get(instant, []):
                points[entry.category] += entry.points
            for entry in ends.get(instant, []):
                points[entry.category] -= entry.points
            score = total_score(points, self.limits).score
            if score != before:
                changes.append(
                    Change(
                        changes_at=instant,
                        score=score,
                        from_band=None if before is None else self.band(before),
                        to_band=self.band(score),
                        begins=sorted({entry.title for entry in begins.get(instant, [])}),
                        ends=sorted({entry.title for entry in ends.get(instant, [])}),
                    )
                )
            before = score
        return changes


def _by_instant(entries: Sequence[Entry]) -> tuple[dict[datetime, list[Entry]], dict[datetime, list[Entry]]]:
    begins: dict[datetime, list[Entry]] = defaultdict(list)
    ends: dict[datetime, list[Entry]] = defaultdict(list)
    for entry in entries:
        begins[entry.valid_from].append(entry)
        if entry.valid_to is not None:
            ends[entry.valid_to].append(entry)
    return begins, ends
