{{- config(materialized="view", tags=["constant"]) -}}

select
    models.model_id,
    contacts.contact_id,
    previous_bands.band_id as from_band_id,
    bands.band_id as to_band_id,
    changes.score,
    changes.valid_from as changes_at
from {{ ref('int_score_changes') }} as changes
cross join {{ ref('run_plan') }} as plan
inner join {{ ref('config_models') }} as models on changes.model_number = models.model_number
inner join {{ ref('int_contact_keys') }} as contacts on changes.contact_key = contacts.contact_key
left join {{ ref('config_bands') }} as previous_bands on changes.previous_band_number = previous_bands.band_number
left join {{ ref('config_bands') }} as bands on changes.band_number = bands.band_number
where
    changes.valid_from > plan.as_of
    and changes.valid_from <= plan.forecast_until
