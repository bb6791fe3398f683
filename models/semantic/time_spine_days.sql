{{- config(materialized="view", tags=["constant"]) -}}

-- The days on which metrics can be looked at: from the first snapshot to the day of as_of.
with bounds as (

    select
        coalesce(min(snapshots.snapshot_date), cast(min(plan.as_of) as date)) as first_date,
        cast(min(plan.as_of) as date) as last_date
    from {{ ref('run_plan') }} as plan
    left join {{ ref('score_snapshots') }} as snapshots on true

),

numbered as (

    select
        first_date,
        {{ explode_range(days_between('first_date', 'last_date')) }} as day_number
    from bounds

)

select first_date + cast(day_number as integer) as date_day
from numbered
