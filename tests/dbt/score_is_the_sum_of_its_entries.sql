-- No contact of an audience is lost on the way, and none is scored twice or uninvited; and the unlimited score of each equals the sum
-- of its ledger entries valid at as_of. Where a model has no limits, the published score (from the history of changes) is that sum,
-- rounded: two ways to the same number.
with sums as (

    select
        model_number,
        contact_key,
        sum(points) as points
    from {{ moved_rows(ref('int_ledger')) }} as entries
    where valid_from <= {{ as_of() }} and (valid_to is null or {{ as_of() }} < valid_to)
    group by model_number, contact_key

),

without_limits as (

    select models.model_number
    from {{ ref('config_models') }} as models
    left join {{ ref('config_category_limits') }} as limits on models.model_number = limits.model_number
    where models.minimum_score is null and models.maximum_score is null and limits.model_number is null

)

select
    audience.model_number as audience_model_number,
    audience.contact_key as audience_contact_key,
    scores.model_number,
    scores.contact_key,
    scores.score,
    scores.unlimited_score,
    sums.points
from {{ moved_rows(ref('int_audience')) }} as audience
full outer join {{ moved_rows(ref('int_scores')) }} as scores
    on
        audience.model_number = scores.model_number
        and audience.contact_key = scores.contact_key
full outer join sums
    on
        scores.model_number = sums.model_number
        and scores.contact_key = sums.contact_key
left join without_limits on scores.model_number = without_limits.model_number
where
    audience.contact_key is null
    or scores.contact_key is null
    or scores.unlimited_score is distinct from coalesce(sums.points, 0)
    or (without_limits.model_number is not null and scores.score != round(scores.unlimited_score, 2))
