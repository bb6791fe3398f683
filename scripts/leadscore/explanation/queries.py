"""The queries on the marts behind an explanation; each takes a contact_id, or null for everybody."""

# The steps of decay of one entry differ in the last part of their ids; the first begins with the entry.
ENTRIES = r"""
with entries as (
    select
        *,
        case when rule_id is not null then
            min(valid_from) over (partition by rule_id, regexp_replace(entry_id, ':[0-9]+$', ''))
        end as starts_at
    from marts.fct_score_ledger
    where ? is null or contact_id = ?
),

rule_points as (
    select contact_id, rule_id, activity_id, points, valid_from, valid_to
    from marts.fct_rule_points
    where ? is null or contact_id = ?
)

select
    entries.* exclude (starts_at), rules.title, rules.recurrence, rule_points.valid_to as ends_at,
    rules.per_field, rules.per_step, rules.points as rule_points, rule_points.points as first_points
from entries
left join marts.dim_scoring_rules as rules on entries.rule_id = rules.rule_id
left join rule_points
    on
        entries.contact_id = rule_points.contact_id
        and entries.rule_id = rule_points.rule_id
        and entries.starts_at = rule_points.valid_from
        and entries.activity_id is not distinct from rule_points.activity_id
order by entries.valid_from, entries.entry_id
"""
SCORES = """
select
    scores.contact_id, scores.model_id, models.title as model_title, scores.as_of,
    scores.history_began_at as began_at
from marts.contact_scores as scores
inner join marts.dim_scoring_models as models on scores.model_id = models.model_id
where ? is null or scores.contact_id = ?
order by scores.model_id, scores.contact_id
"""
BANDS = """
select model_id, band_id, title, action, above, from_score, up_to, below
from marts.dim_score_bands order by model_id, band_id
"""
LIMITS = """
select model_id, category, minimum, maximum from marts.dim_score_limits
order by model_id, category nulls last
"""
UNCOUNTED = """
select * from marts.adjustment_audit
where status != 'counts' and (? is null or scored_contact_id = ?)
order by adjusted_at, adjustment_id
"""
