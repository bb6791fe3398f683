-- What an entry of each rule is worth, step by step: from `after` its start until `until` after it.
with rules as (

    select * from {{ ref('config_rules') }}

),

-- The step after which nothing can be left, at the latest.
last_steps as (

    select
        *,
        cast(case
            when decay = 'linear' then ceil(100 / decay_percent)
            when decay = 'exponential' and decay_percent < 100 and abs(points) >= 0.5
                then floor(ln(0.5 / cast(abs(points) as double)) / ln(1 - cast(decay_percent as double) / 100)) + 1
            else 0
        end as bigint) as last_step
    from rules

),

steps as (

    select
        *,
        {{ explode_range('last_step') }} as step
    from last_steps

),

valued as (

    select
        *,
        case
            when decay = 'linear' then cast(points as double) * greatest(0, 1 - step * cast(decay_percent as double) / 100)
            when decay = 'exponential' then cast(points as double) * power(1 - cast(decay_percent as double) / 100, step)
        end as decayed_points
    from steps

),

-- Outwards by what binary arithmetic can have lost (a power of k loses about k units in the last place), so that an exact
-- half is rounded away from zero.
rounded as (

    select
        *,
        decayed_points * (1 + (step + 4) * 2.5e-16) as nudged_points
    from valued

)

select
    rule_number,
    step,
    coalesce(cast(round(nudged_points, 8) as {{ points_type() }}), points) as points,
    coalesce(step * decay_every_months, 0) as after_months,
    coalesce(step * decay_every_microseconds, 0) as after_microseconds,
    (step + 1) * decay_every_months as until_months,
    (step + 1) * decay_every_microseconds as until_microseconds
from rounded
where
    decay is null
    or (decay = 'linear' and (step = 0 or abs(nudged_points) >= 0.00000001))
    or (decay = 'exponential' and abs(nudged_points) >= 0.5)
