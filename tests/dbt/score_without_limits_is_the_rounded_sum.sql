-- Where a model has no limits, the published score (from the history of changes) is the rounded unlimited one
-- (from the ledger): two ways to the same number.
with models as (

    select models.model_id
    from {{ ref('config_models') }} as models
    left join {{ ref('config_category_limits') }} as limits on models.model_id = limits.model_id
    where models.minimum_score is null and models.maximum_score is null and limits.model_id is null

)

select
    scores.model_id,
    scores.contact_id,
    scores.score,
    scores.unlimited_score
from {{ moved_rows(ref('contact_scores')) }} as scores
inner join models on scores.model_id = models.model_id
where scores.score != round(scores.unlimited_score, 2)
