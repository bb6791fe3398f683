{{- config(materialized="view") -}}

-- Every change of a published score with the bands before and after it.
select
    changes.model_id,
    changes.contact_id,
    previous_bands.band_id as from_band_id,
    bands.band_id as to_band_id,
    changes.previous_score,
    changes.score,
    changes.changed_at
from {{ ref('int_score_changes') }} as changes
left join {{ ref('config_bands') }} as bands
    on
        changes.model_id = bands.model_id
        and {{ in_band('changes.score', 'bands') }}
left join {{ ref('config_bands') }} as previous_bands
    on
        changes.model_id = previous_bands.model_id
        and changes.previous_score is not null
        and {{ in_band('changes.previous_score', 'previous_bands') }}
