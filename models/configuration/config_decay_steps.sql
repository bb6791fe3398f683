-- What an entry of each rule is worth, step by step: from `after` its start until `until` after it.
with rules as (

    select * from {{ ref('config_rules') }}

),

-- The step after which nothing can be left, at the latest.
last_steps as (

    select
        *,
        cast(case
            when decay = 'linear' then ceil(100 / cast(decay_percent as double))
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

-- Linear decay is exact in decimals. A power isn't: it goes outwards by what binary arithmetic can have lost (about k units in
-- the last place for a power of k), so that an exact half is rounded away from zero.
valued as (

    select
        *,
        points * cast(greatest(0, 100 - step * cast(decay_percent as decimal(13, 10))) as decimal(13, 10))
        * cast(0.01 as decimal(3, 2)) as linear_points,
        cast(points as double) * power(1 - cast(decay_percent as double) / 100, step) * (1 + (step + 4) * 2.5e-16) as power_points
    from steps

),

rounded as (

    select
        *,
        case
            when step = 0 then points
            when decay = 'linear' then cast(round(linear_points, 8) as {{ points_type() }})
            else cast(round(power_points, 8) as {{ points_type() }})
        end as step_points
    from valued

)

select
    rule_number,
    step,
    step_points as points,
    coalesce(step * decay_every_months, 0) as after_months,
    coalesce(step * decay_every_microseconds, 0) as after_microseconds,
    (step + 1) * decay_every_months as until_months,
    (step + 1) * decay_every_microseconds as until_microseconds
from rounded
where
    decay is null
    or (decay = 'linear' and (step = 0 or step_points != 0))
    or (decay = 'exponential' and abs(power_points) >= 0.5)
