{{- config(materialized="view", tags=["constant"]) -}}

select
    models.model_id,
    contacts.contact_id,
    previous_bands.band_id as from_band_id,
    bands.band_id as to_band_id,
    changes.score,
    changes.valid_from as changes_at
from {{ ref('int_score_changes') }} as changes
inner join {{ ref('run_models') }} as models
    on
        changes.model_number = models.model_number
        and changes.valid_from > models.as_of
        and changes.valid_from <= models.forecast_until
inner join {{ ref('int_contact_keys') }} as contacts on changes.contact_key = contacts.contact_key
left join {{ ref('config_bands') }} as previous_bands on changes.previous_band_number = previous_bands.band_number
left join {{ ref('config_bands') }} as bands on changes.band_number = bands.band_number
