{{- config(materialized="incremental", incremental_strategy="moved_contacts") -}}

with transitions as (

    select
        *,
        row_number() over (partition by model_id, contact_id order by changed_at) as place
    from {{ moved_rows(ref('int_band_changes')) }}
    where from_band_id is distinct from to_band_id and changed_at <= {{ as_of() }}

)

select
    model_id,
    contact_id,
    from_band_id,
    to_band_id,
    -- The first transition of a history has no direction.
    case when place > 1 then case when score > previous_score then 'up' else 'down' end end as direction,
    score,
    changed_at as transitioned_at
from transitions
