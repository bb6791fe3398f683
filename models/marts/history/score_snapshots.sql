{{- config(materialized="incremental", incremental_strategy="moved_contacts") -}}

-- A day's closing score is its last change before the next midnight; of the as_of day, the one at as_of. Its opening score is
-- the one before its first change.
with days as (

    select
        model_id,
        contact_id,
        cast({{ local_time('changed_at', var('time_zone', 'UTC')) }} as date) as snapshot_date,
        max_by(score, changed_at) as score,
        min_by(previous_score, changed_at) as opening_score,
        count(case when previous_score is null then 1 end) as beginnings
    from {{ moved_rows(ref('int_score_changes')) }}
    where changed_at <= {{ as_of() }}
    group by model_id, contact_id, cast({{ local_time('changed_at', var('time_zone', 'UTC')) }} as date)

)

select
    days.model_id,
    days.contact_id,
    bands.band_id,
    days.score,
    days.snapshot_date
from days
left join {{ ref('config_bands') }} as bands
    on
        days.model_id = bands.model_id
        and {{ in_band('days.score', 'bands') }}
where days.beginnings > 0 or days.score != days.opening_score
