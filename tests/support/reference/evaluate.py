"""From a world to the rows of the marts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reference.awards import Award, awards_of
from reference.conditions import field_value, hold
from reference.config import read_models
from reference.inputs import Rejected, read_inputs
from reference.ledger import Entry, ledger_of
from reference.people import Activity, meet_people
from reference.scores import History
from reference.timeline import band_transitions, score_forecast, score_snapshots
from reference.world import Row, World


@dataclass(frozen=True)
class Result:
    """What a run should publish."""

    awards: list[Award]
    ledger: list[Entry]
    histories: list[History]
    rejected: list[Rejected]
    world: World
    assets: dict[str | None, str | None]
    """Activity -> what it was done with."""

    @property
    def as_of(self) -> datetime:
        """The instant scored for."""
        return self.world.as_of

    @property
    def score_snapshots(self) -> list[Row]:
        """The mart's rows, in no order."""
        zone = self.world.time_zone
        return [row for history in self.histories for row in score_snapshots(history, self.as_of, zone)]

    @property
    def band_transitions(self) -> list[Row]:
        """The mart's rows, in no order."""
        return [row for history in self.histories for row in band_transitions(history, self.as_of)]

    @property
    def score_forecast(self) -> list[Row]:
        """The mart's rows, in no order."""
        days = self.world.forecast_days
        return [row for history in self.histories for row in score_forecast(history, self.as_of, days)]

    @property
    def fct_rule_points(self) -> list[Row]:
        """The mart's rows, in no order."""
        return [
            {
                "model_id": award.rule.model_id,
                "rule_id": award.rule.rule_id,
                "contact_id": award.contact_id,
                "activity_id": award.activity_id,
                "asset": self.assets.get(award.activity_id),
                "occurred_at": award.occurred_at,
                "operation": award.rule.operation,
                "points": award.points,
                "valid_from": award.valid_from,
                "valid_to": award.valid_to,
            }
            for award in self.awards
        ]

    @property
    def fct_score_ledger(self) -> list[Row]:
        """The mart's rows without entry_id, in no order."""
        return [{**vars(entry), "asset": self.assets.get(entry.activity_id)} for entry in self.ledger]

    @property
    def contact_scores(self) -> list[Row]:
        """The mart's rows, in no order."""
        scores: dict[str, list[Decimal]] = defaultdict(list)
        for history in self.histories:
            scores[history.model.model_id].append(history.score_at(self.as_of))
        return [self._contact_score(history, scores[history.model.model_id]) for history in self.histories]

    def _contact_score(self, history: History, scores: list[Decimal]) -> Row:
        score, band = history.score_at(self.as_of), history.band_at(self.as_of)
        changes = [instant for instant, _ in history.changes()]
        return {
            "model_id": history.model.model_id,
            "contact_id": history.contact.contact_id,
            "score": score,
            "unlimited_score": history.unlimited_at(self.as_of),
            "band_id": band.band_id if band else None,
            "band_title": band.title if band else None,
            "action": band.action if band else None,
            "score_rank": 1 + sum(other > score for other in scores),
            "percentile": 100 * sum(other < score for other in scores) / len(scores),
            "last_changed_at": max((instant for instant in changes if instant <= self.as_of), default=None),
            "next_change_at": min((instant for instant in changes if instant > self.as_of), default=None),
            "as_of": self.as_of,
        }


def evaluate(world: World) -> Result:
    """Score a world, by definition."""
    inputs = read_inputs(world)
    people = meet_people(inputs, world)
    all_awards: list[Award] = []
    all_entries: list[Entry] = []
    histories = []
    for model in read_models(world):
        for contact in people.scored:
            if not hold(model.audience, {"contact": contact.current}):
                continue
            activities = people.activities.get(contact.contact_id, [])
            awards = [
                award
                for rule in model.rules
                for award in awards_of(rule, contact, activities, world.time_zone)
            ]
            adjustments = [
                row
                for row in people.adjustments.get(contact.contact_id, [])
                if row["model_id"] == model.model_id
            ]
            ledger = ledger_of(model, contact, awards, adjustments)
            all_awards += awards
            all_entries += ledger
            histories.append(History(model, contact, ledger))
    assets: dict[str | None, str | None] = {
        activity.activity_id: _asset(activity, world)
        for found in people.activities.values()
        for activity in found
    }
    return Result(all_awards, all_entries, histories, [*inputs.rejected, *people.rejected], world, assets)


def _asset(activity: Activity, world: World) -> str | None:
    fields = [field for field in world.asset_fields if field.startswith(f"{activity.kind}.")]
    values = (field_value(field, {activity.kind: activity.row}) for field in fields)
    return next((value for value in values if value), None)
