-- What an entry of each rule is worth, step by step: from `after` its start until `until` after it.
with rules as (

    select
        *,
        -- With per_field an entry has points of its own: any that can be kept.
        case when per_field is null then abs(points) else 10000000000 end as most_points
    from {{ ref('config_rules') }}

),

-- The step after which nothing can be left, at the latest.
last_steps as (

    select
        *,
        cast(case
            when decay = 'linear' then ceil(100 / cast(decay_percent as double))
            when decay = 'exponential' and decay_percent < 100 and most_points >= 0.5
                then floor(ln(0.5 / cast(most_points as double)) / ln(1 - cast(decay_percent as double) / 100)) + 1
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
shares as (

    select
        *,
        case
            when decay = 'linear'
                then cast(greatest(0, 100 - step * cast(decay_percent as decimal(13, 10))) as decimal(13, 10))
        end as percent_left,
        case
            when decay = 'exponential'
                then power(cast(100 - decay_percent as double) / 100, step) * (1 + (step + 4) * 2.5e-16)
        end as power_left
    from steps

),

-- The least points of which a step leaves anything: half a point, or what is rounded to a hundred-millionth.
valued as (

    select
        *,
        {{ decayed_points('points', 'shares') }} as step_points,
        try_cast(case
            when decay = 'exponential' then ceil(0.5 / power_left * 100000000) / 100000000
            when decay = 'linear' and step > 0
                then ({{ whole_quotient('(50 - cast(0.0000000001 as decimal(13, 10)))', 'percent_left') }} + 1) / cast(100000000 as double)
            else 0
        end as {{ points_type() }}) as least_points
    from shares
    where percent_left is null or percent_left > 0 or step = 0

)

select
    rule_number,
    step,
    step_points as points,
    percent_left,
    power_left,
    case when per_field is null then 0 else least_points end as least_points,
    case
        when lead(step) over steps_of_rule is null then 10000000000
        when per_field is null then 0
        else lead(least_points) over steps_of_rule
    end as points_below,
    coalesce(step * decay_every_months, 0) as after_months,
    coalesce(step * decay_every_microseconds, 0) as after_microseconds,
    (step + 1) * decay_every_months as until_months,
    (step + 1) * decay_every_microseconds as until_microseconds
from valued
where least_points <= most_points
window steps_of_rule as (partition by rule_number order by step)
