{{- config(materialized="view", tags=["constant"]) -}}

select
    models.model_id,
    contacts.contact_id,
    bands.band_id,
    bands.title as band_title,
    bands.action,
    scores.score,
    scores.unlimited_score,
    places.score_rank,
    places.percentile,
    scores.last_changed_at,
    scores.next_change_at,
    scores.history_began_at,
    plan.as_of
from {{ ref('int_scores') }} as scores
inner join {{ ref('int_score_places') }} as places
    on
        scores.model_number = places.model_number
        and scores.score = places.score
inner join {{ ref('config_models') }} as models on scores.model_number = models.model_number
inner join {{ ref('int_contact_keys') }} as contacts on scores.contact_key = contacts.contact_key
left join {{ ref('config_bands') }} as bands on scores.band_number = bands.band_number
cross join {{ ref('run_plan') }} as plan
