-- The activities that earn points by activity rules, a row each, after once_per, first and limits.
with distinct_hits as (

    select * from {{ ref('int_distinct_hits') }}

),

-- Rules with `first` or a limit: only the first N in each calendar period, or in a life.
periods as (

    select
        *,
        case
            when is_first_only then null
            {%- for period in ['day', 'week', 'month', 'year'] %}
            when limit_period = '{{ period }}'
                then date_trunc('{{ period }}', {{ local_time('occurred_at', var('time_zone', 'UTC')) }})
            {%- endfor %}
        end as period_start
    from distinct_hits
    where most is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by rule_number, contact_number, period_start
            order by occurred_at, activity_id
        ) as place
    from periods

),

counted as (

    select
        rule_number,
        contact_number,
        activity_id,
        delay_months,
        delay_microseconds,
        occurred_at
    from distinct_hits
    where most is null

    union all

    select
        rule_number,
        contact_number,
        activity_id,
        delay_months,
        delay_microseconds,
        occurred_at
    from ranked
    where place <= most

)

select
    rule_number,
    contact_number,
    activity_id,
    occurred_at,
    {{ add_duration('occurred_at', 'coalesce(delay_months, 0)', 'coalesce(delay_microseconds, 0)') }} as starts_at
from counted
