{{- config(materialized="view", tags=["constant"]) -}}

select
    models.model_id,
    contacts.contact_id,
    previous_bands.band_id as from_band_id,
    bands.band_id as to_band_id,
    -- The first transition of a history has no direction.
    case when changes.had_band then case when changes.score > changes.previous_score then 'up' else 'down' end end as direction,
    changes.score,
    changes.valid_from as transitioned_at
from {{ ref('int_score_changes') }} as changes
inner join {{ ref('run_models') }} as models on changes.model_number = models.model_number
inner join {{ ref('int_contact_keys') }} as contacts on changes.contact_key = contacts.contact_key
left join {{ ref('config_bands') }} as previous_bands on changes.previous_band_number = previous_bands.band_number
left join {{ ref('config_bands') }} as bands on changes.band_number = bands.band_number
where
    changes.previous_band_number is distinct from changes.band_number
    -- No condition of the join: DuckDB would expect hardly any rows, and make its table of them instead of the ids.
    and coalesce(changes.valid_from <= models.as_of, false)
