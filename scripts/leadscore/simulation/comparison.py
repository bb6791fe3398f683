"""What differs between the published scores and those of a trial, in the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leadscore.simulation.sample import is_sampled_sql
from leadscore.simulation.trial import AFTER, BEFORE, Trial
from leadscore.storage.database import Database, literal

Row = dict[str, Any]
# What a trial builds to be compared.
WANTED = ("contact_scores", "fct_score_ledger", "notifications", "int_segment_matches")
MOST_CHANGED = 10

MODELS = """
select model_id, count(*) as contacts, count(*) filter (where differs) as changed
from compared_scores
group by model_id
order by model_id
"""
BANDS = """
select model_id, band_before, band_after, count(*) as contacts
from compared_scores
group by model_id, band_before, band_after
order by model_id, band_before nulls first, band_after nulls first
"""
COMPARED = """
select model_id, contact_id, score_before, score_after, band_before, band_after
from compared_scores
"""
CONTACTS = f"{COMPARED} where differs order by model_id, contact_id"
OF_CONTACT = f"{COMPARED} where contact_id = ? order by model_id"
SEGMENTS = "select * from compared_segments order by segment_id, change, contact_id"
NOTIFICATIONS = """
select model_id, contact_id, band_id
from due_notifications
order by model_id, contact_id, transitioned_at, band_id
"""
MOST = f"""
{COMPARED}
where differs
order by abs(coalesce(score_after, 0) - coalesce(score_before, 0)) desc, model_id, contact_id
limit {MOST_CHANGED}
"""
# What starts with a model's own points, or was edited by hand, has no rule.
POINTS = """
select
    ledger.model_id, ledger.contact_id,
    coalesce(
        rules.title, case ledger.entry_type when 'start' then 'Starting points' else 'Edited by hand' end
    ) as title,
    ledger.rule_id, ledger.entry_type, sum(ledger.points) as points
from {catalog}.marts.fct_score_ledger as ledger
left join {catalog}.configuration.config_rules as rules on ledger.rule_id = rules.rule_id
where
    ledger.contact_id in (select contact_id from shown_contacts)
    and ledger.valid_from <= {as_of}
    and (ledger.valid_to is null or ledger.valid_to > {as_of})
group by all
"""
REASONS = """
select
    coalesce(before.rule_id, after.rule_id) as rule_id,
    coalesce(after.title, before.title) as title,
    coalesce(before.points, 0) as points_before,
    coalesce(after.points, 0) as points_after
from (from points_before where model_id = ? and contact_id = ?) as before
full join (from points_after where model_id = ? and contact_id = ?) as after
    on before.rule_id is not distinct from after.rule_id and before.entry_type = after.entry_type
order by abs(points_after - points_before) desc, title
"""
# Fields that tell a contact's place among others, which a part of the contacts can't know.
AMONG_OTHERS = (
    "rfm.recency_score", "rfm.frequency_score", "rfm.monetary_score", "rfm.rfm_code", "rfm.rfm_segment",
)  # fmt: skip


@dataclass(frozen=True)
class RuleDifference:
    """The points of a rule, or of what has none, in one contact's score.

    Attributes:
        rule_id: The rule; None: starting points, or manual edits.
        title: What people call it.
        points_before: Its points that count in the published score.
        points_after: Those by the other seeds.
    """

    rule_id: str | None
    title: str
    points_before: Decimal
    points_after: Decimal

    @property
    def difference(self) -> Decimal:
        """What the other seeds add."""
        return self.points_after - self.points_before


class Comparison:
    """The published scores beside those of a trial; all rows stay in the database.

    Args:
        trial: What was scored, while it is open.
    """

    def __init__(self, trial: Trial) -> None:
        self._database = trial.database
        self._as_of = trial.as_of_sql
        self._is_compared = is_sampled_sql("contact_id", trial.share)
        self.left_out = [] if trial.share is None else _segments_among_others(self._database)
        self._compare_scores()
        self._compare_segments()
        self._find_notifications()

    def models(self) -> list[Row]:
        """Each model: model_id, contacts that either scores, and how many of them change."""
        return self._database.records(MODELS)

    def bands(self) -> list[Row]:
        """How many contacts are where: model_id, band_before, band_after, contacts."""
        return self._database.records(BANDS)

    def contacts(self) -> Iterator[Row]:
        """Whose score or band changes, or who comes into a model or leaves it."""
        return self._database.stream(CONTACTS)

    def segments(self) -> Iterator[Row]:
        """Who comes into a segment or leaves it: segment_id, contact_id, change."""
        return self._database.stream(SEGMENTS)

    def segment_sizes(self) -> list[Row]:
        """The segments that change: segment_id, members before, added, removed."""
        return self._database.records(
            f"""
            with sizes as (
                select segment_id, count(*) as members
                from {BEFORE}.marts.segment_members
                where {self._is_compared}
                group by segment_id
            )

            select
                changes.segment_id, coalesce(any_value(sizes.members), 0) as members_before,
                count(*) filter (where change = 'added') as added,
                count(*) filter (where change = 'removed') as removed
            from compared_segments as changes
            left join sizes on changes.segment_id = sizes.segment_id
            group by changes.segment_id
            order by changes.segment_id
            """
        )

    def notifications(self) -> Iterator[Row]:
        """What would go out: model_id, contact_id, band_id."""
        return self._database.stream(NOTIFICATIONS)

    def count_notifications(self) -> tuple[int, int]:
        """How many notifications would go out, and how many of them go out with the present seeds too."""
        [(all_of_them, anyway)] = self._database.execute(
            "select count(*), count(*) filter (where goes_out_anyway) from due_notifications"
        )
        return int(all_of_them), int(anyway)

    def most_changed(self) -> list[tuple[Row, Sequence[RuleDifference]]]:
        """The contacts whose score changes most, each with what makes the difference, the most first."""
        rows = self._database.records(MOST)
        self._read_points([row["contact_id"] for row in rows])
        return [(row, self._reasons(row)) for row in rows]

    def of_contact(self, contact_id: str) -> list[tuple[Row, Sequence[RuleDifference]]]:
        """A contact's scores in every model, with the points of each rule, also where nothing differs."""
        rows = self._database.records(OF_CONTACT, [contact_id])
        self._read_points([contact_id])
        return [(row, self._reasons(row, every=True)) for row in rows]

    def _compare_scores(self) -> None:
        self._database.execute(
            f"""
            create temp table compared_scores as
            select
                coalesce(before.model_id, after.model_id) as model_id,
                coalesce(before.contact_id, after.contact_id) as contact_id,
                before.score as score_before,
                after.score as score_after,
                before.band_id as band_before,
                after.band_id as band_after,
                before.contact_id is null
                or after.contact_id is null
                or before.score != after.score
                or before.band_id is distinct from after.band_id as differs
            from (from {BEFORE}.marts.contact_scores where {self._is_compared}) as before
            full join (from {AFTER}.marts.contact_scores where {self._is_compared}) as after
                on before.model_id = after.model_id and before.contact_id = after.contact_id
            """
        )

    def _compare_segments(self) -> None:
        here = self._is_compared
        if self.left_out:
            here += f" and segment_id not in ({', '.join(map(literal, self.left_out))})"
        self._database.execute(
            f"""
            create temp table compared_segments as
            select
                coalesce(before.segment_id, after.segment_id) as segment_id,
                coalesce(before.contact_id, after.contact_id) as contact_id,
                case when before.segment_id is null then 'added' else 'removed' end as change
            from (from {BEFORE}.marts.segment_members where {here}) as before
            full join (from {AFTER}.intermediate.int_segment_matches where {here}) as after
                on before.segment_id = after.segment_id and before.contact_id = after.contact_id
            where before.segment_id is null or after.segment_id is null
            """
        )

    def _find_notifications(self) -> None:
        due = f"is_due and delivered_at is null and {self._is_compared}"
        self._database.execute(
            f"""
            create temp table due_notifications as
            select
                model_id, contact_id, band_id, transitioned_at,
                (model_id, contact_id, band_id) in (
                    select (model_id, contact_id, band_id) from {BEFORE}.marts.notifications where {due}
                ) as goes_out_anyway
            from {AFTER}.marts.notifications
            where {due}
            """
        )

    def _read_points(self, contacts: Sequence[str]) -> None:
        self._database.execute("create or replace temp table shown_contacts (contact_id varchar)")
        for contact_id in contacts:
            self._database.execute("insert into shown_contacts values (?)", [contact_id])
        for catalog in (BEFORE, AFTER):
            points = POINTS.format(catalog=catalog, as_of=self._as_of)
            self._database.execute(f"create or replace temp table points_{catalog} as {points}")

    def _reasons(self, row: Row, *, every: bool = False) -> list[RuleDifference]:
        both = [row["model_id"], row["contact_id"]]
        found = [RuleDifference(**record) for record in self._database.records(REASONS, both * 2)]
        return [rule for rule in found if every or rule.points_before != rule.points_after]


def _segments_among_others(database: Database) -> list[str]:
    """The segments that compare contacts with each other, themselves or by way of another segment."""
    conditions = " union ".join(
        f"select owner_id as segment_id, field, value from {catalog}.configuration.config_segment_conditions"
        for catalog in (BEFORE, AFTER)
    )
    fields = ", ".join(map(literal, AMONG_OTHERS))
    # Compared with as `{rfm.rfm_code}`; who only writes such words as text is left out too.
    in_value = " or ".join(f"contains(value, {literal(field)})" for field in AMONG_OTHERS)
    rows = database.execute(
        f"""
        with recursive conditions as ({conditions}),

        found as (
            select segment_id from conditions where trim(field) in ({fields}) or {in_value}
            union
            select conditions.segment_id
            from found
            inner join conditions on trim(conditions.field) = 'segment.' || found.segment_id
        )

        select segment_id from found order by segment_id
        """
    )
    return [str(segment_id) for (segment_id,) in rows]
