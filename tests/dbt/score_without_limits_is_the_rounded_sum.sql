-- Where a model has no limits, the published score (from the history of changes) is the rounded unlimited one
-- (from the ledger): two ways to the same number.
with models as (

    select models.model_number
    from {{ ref('config_models') }} as models
    left join {{ ref('config_category_limits') }} as limits on models.model_number = limits.model_number
    where models.minimum_score is null and models.maximum_score is null and limits.model_number is null

)

select
    scores.model_number,
    scores.contact_key,
    scores.score,
    scores.unlimited_score
from {{ moved_rows(ref('int_scores')) }} as scores
inner join models on scores.model_number = models.model_number
where scores.score != round(scores.unlimited_score, 2)
