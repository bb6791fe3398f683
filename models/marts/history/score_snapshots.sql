{{- config(materialized="incremental", incremental_strategy="moved_contacts") -}}

-- A day's closing score is its last change before the next midnight; of the as_of day, the one at as_of.
with days as (

    select
        model_id,
        contact_id,
        cast({{ local_time('changed_at', var('time_zone', 'UTC')) }} as date) as snapshot_date,
        max_by(score, changed_at) as score
    from {{ moved_rows(ref('int_score_changes')) }}
    where changed_at <= {{ as_of() }}
    group by model_id, contact_id, cast({{ local_time('changed_at', var('time_zone', 'UTC')) }} as date)

),

compared as (

    select
        *,
        lag(score) over (partition by model_id, contact_id order by snapshot_date) as previous_score
    from days

)

select
    compared.model_id,
    compared.contact_id,
    bands.band_id,
    compared.score,
    compared.snapshot_date
from compared
left join {{ ref('config_bands') }} as bands
    on
        compared.model_id = bands.model_id
        and {{ in_band('compared.score', 'bands') }}
where compared.score is distinct from compared.previous_score
