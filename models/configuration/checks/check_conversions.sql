{{- config(materialized="ephemeral") -}}

with conversions as (

    {{ typed_seed(ref('seed_cells'), 'conversions') }}

),

-- In days, a month taken as 30 and a year as 365.
durations as (

    select
        row_number,
        column_name,
        cast(split_part(trim(value), ' ', 1) as double) * case
            when value like '%minute%' then 1 / cast(1440 as double)
            when value like '%hour%' then 1 / cast(24 as double)
            when value like '%day%' then 1
            when value like '%week%' then 7
            when value like '%month%' then 30
            else 365
        end as days
    from {{ ref('seed_cells') }}
    where seed = 'conversions' and column_type = 'duration' and years > 0

),

intervals as (

    select
        conversions.row_number,
        coalesce(horizons.days, 30) as horizon_days,
        coalesce(intervals.days, 30) as interval_days
    from conversions
    left join durations as horizons on conversions.row_number = horizons.row_number and horizons.column_name = 'horizon'
    left join durations as intervals on conversions.row_number = intervals.row_number and intervals.column_name = 'observe_every'

)

-- check: what follows an observation is over before the next one
select
    'conversions' as seed, row_number, 'observe_every' as column_name,
    'observe_every is shorter than horizon, so a conversion would count for two observations' as problem,
    'a duration at least as long as horizon (30 days where a cell is empty; a month is taken as 30 days, a year as 365)' as allowed
from intervals
where interval_days < horizon_days
