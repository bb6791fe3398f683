-- The activities that earn points by activity rules, a row each, after once_per, first and limits.
with hits as (

    select
        hits.*,
        rules.once_per,
        rules.delay_months,
        rules.delay_microseconds,
        rules.limit_period,
        case when rules.recurrence = 'first' then 1 else rules.limit_count end as most,
        rules.recurrence = 'first' as is_first_only
    from {{ ref('int_rule_hits') }} as hits
    inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
    where
        rules.rule_trigger = 'activity'
        and (rules.valid_from is null or hits.occurred_at >= rules.valid_from)
        and (rules.valid_to is null or hits.occurred_at < rules.valid_to)

),

-- Rules with once_per: only the first activity for each value, rows without a value counting each.
repeats as (

    select
        *,
        row_number() over (partition by rule_number, contact_id, once_value order by occurred_at, activity_id) as place
    from hits
    where once_per is not null

),

distinct_hits as (

    select *
    from hits
    where once_per is null

    union all

    select repeats.* {{ except_columns(['place']) }}
    from repeats
    where place = 1 or once_value is null

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
            partition by rule_number, contact_id, period_start
            order by occurred_at, activity_id
        ) as place
    from periods

),

counted as (

    select
        rule_number,
        contact_id,
        activity_id,
        delay_months,
        delay_microseconds,
        occurred_at
    from distinct_hits
    where most is null

    union all

    select
        rule_number,
        contact_id,
        activity_id,
        delay_months,
        delay_microseconds,
        occurred_at
    from ranked
    where place <= most

)

select
    rule_number,
    contact_id,
    activity_id,
    occurred_at,
    {{ add_duration('occurred_at', 'coalesce(delay_months, 0)', 'coalesce(delay_microseconds, 0)') }} as starts_at
from counted
