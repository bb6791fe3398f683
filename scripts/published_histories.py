"""Reading what was published about one contact, for its explanation."""

from collections.abc import Sequence
from typing import Any

from scripts.database import Database, opened
from scripts.errors import LeadscoreError, UsageMistakeError
from scripts.explanation import Band, History
from scripts.ledger_entries import Entry
from scripts.score_arithmetic import Limit
from scripts.settings import Settings

UNTITLED = {"start": "Starting points", "manual": "Manual edit"}
# The steps of decay of one entry differ in the last part of their ids; the first begins with the entry.
ENTRIES = r"""
with entries as (
    select
        *,
        case when rule_id is not null then
            min(valid_from) over (partition by model_id, rule_id, regexp_replace(entry_id, ':[0-9]+$', ''))
        end as starts_at
    from marts.fct_score_ledger
    where contact_id = ? and model_id = ?
),

rule_points as (
    select rule_id, activity_id, valid_from, valid_to
    from marts.fct_rule_points
    where contact_id = ? and model_id = ?
)

select
    entries.entry_id, entries.entry_type, entries.rule_id, rules.title, rules.recurrence, entries.activity_id,
    entries.category, entries.operation, entries.points, entries.note, entries.author,
    entries.valid_from, entries.valid_to, rule_points.valid_to as ends_at
from entries
left join marts.dim_scoring_rules as rules on entries.rule_id = rules.rule_id
left join rule_points
    on
        entries.rule_id = rule_points.rule_id
        and entries.starts_at = rule_points.valid_from
        and entries.activity_id is not distinct from rule_points.activity_id
order by entries.valid_from, entries.entry_id
"""
SCORES = """
select scores.model_id, models.title, scores.as_of, scores.history_began_at
from marts.contact_scores as scores
inner join marts.dim_scoring_models as models on scores.model_id = models.model_id
where scores.contact_id = ?
order by scores.model_id
"""
BANDS = """
select band_id, title, action, above, from_score, up_to, below from marts.dim_score_bands
where model_id = ? order by band_id
"""
LIMITS = """
select category, minimum, maximum from marts.dim_score_limits
where model_id = ? order by category nulls last
"""
UNCOUNTED = """
select * from marts.adjustment_audit
where scored_contact_id = ? and model_id = ? and status != 'counts' order by adjusted_at, adjustment_id
"""


def published_histories(
    database: Database, settings: Settings, contact_id: str, model_id: str | None
) -> list[History]:
    """What is known of a contact, a history a model.

    Args:
        database: The published database.
        settings: Where the project's own database is; it may tell why a contact has no score.
        contact_id: The contact.
        model_id: Only this model; None: all of them.

    Raises:
        UsageMistakeError: There is no such model, or the contact has no score in it.
    """
    models = [
        str(row[0]) for row in database.execute("select model_id from marts.dim_scoring_models order by 1")
    ]
    if model_id is not None and model_id not in models:
        raise UsageMistakeError(
            f"there is no model {model_id!r} in the last publication",
            f"Known are: {', '.join(models) or 'none'}.",
        )
    scores = database.records(SCORES, [contact_id])
    if not scores:
        raise _no_such_contact(settings, contact_id)
    wanted = [score for score in scores if model_id in (None, score["model_id"])]
    if not wanted:
        raise UsageMistakeError(
            f"contact {contact_id!r} is outside the audience of {model_id}",
            f"It is scored by: {', '.join(score['model_id'] for score in scores)}.",
        )
    return [_history(database, contact_id, score) for score in wanted]


def _history(database: Database, contact_id: str, score: dict[str, Any]) -> History:
    model_id = score["model_id"]
    return History(
        contact_id=contact_id,
        model_id=model_id,
        model_title=score["title"],
        as_of=score["as_of"],
        began_at=score["history_began_at"],
        entries=[_entry(row) for row in database.records(ENTRIES, [contact_id, model_id] * 2)],
        limits=[Limit(**row) for row in database.records(LIMITS, [model_id])],
        bands=[Band(**row) for row in database.records(BANDS, [model_id])],
        uncounted_edits=database.records(UNCOUNTED, [contact_id, model_id]),
    )


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(**{**row, "title": row["title"] or UNTITLED[row["entry_type"]]})


def _no_such_contact(settings: Settings, contact_id: str) -> UsageMistakeError:
    message = f"no such contact in the last publication: {contact_id!r}"
    match _aliases(settings, contact_id):
        case [(None,)]:
            return UsageMistakeError(f"{message}; it is deleted", "Deleted contacts have no score.")
        case [(survivor,)] if survivor != contact_id:
            return UsageMistakeError(
                f"{message}; it is merged into {survivor!r}",
                f"Ask for that one: leadscore explain {survivor}",
            )
        case [_]:
            return UsageMistakeError(
                f"{message}; it has arrived, but no model scores it",
                "Look at seeds/model_conditions.csv, or publish again with `leadscore run`.",
            )
    return UsageMistakeError(
        message, "It may be waiting (not arrived yet), merged into another contact, or deleted."
    )


def _aliases(settings: Settings, contact_id: str) -> Sequence[tuple[Any, ...]]:
    """Whom the project's own database takes a contact for; nothing if it can't be asked now."""
    if not settings.database.is_file():
        return []
    try:
        with opened(settings.database, read_only=True) as database:
            return database.execute(
                "select contact_id from intermediate.int_contact_aliases where alias_id = ?", [contact_id]
            )
    except LeadscoreError:
        return []
