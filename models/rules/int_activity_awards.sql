-- The activities that earn points by activity rules, a row each, after once_per, first and limits (contract 4.2). Of activities
-- at one instant the lowest id comes first; only those that share an instant are compared by id.
with hits as (

    select
        hits.rule_number,
        hits.contact_key,
        hits.activity_key,
        hits.distinct_value,
        rules.once_per is not null and hits.distinct_value is not null as is_once,
        case when rules.recurrence = 'first' then 1 else rules.limit_count end as most,
        case
            when rules.recurrence = 'first' then null
            {%- for period in ['day', 'week', 'month', 'year'] %}
            when rules.limit_period = '{{ period }}'
                then date_trunc('{{ period }}', {{ local_time('hits.occurred_at', var('time_zone', 'UTC')) }})
            {%- endfor %}
        end as period_start,
        hits.occurred_at,
        {{ add_duration('hits.occurred_at', 'coalesce(rules.delay_months, 0)', 'coalesce(rules.delay_microseconds, 0)') }} as starts_at
    from {{ ref('int_rule_hits') }} as hits
    inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
    where
        rules.rule_trigger = 'activity'
        and (rules.valid_from is null or hits.occurred_at >= rules.valid_from)
        and (rules.valid_to is null or hits.occurred_at < rules.valid_to)

),

-- Rules with once_per: only the first activity for each value, rows without a value counting each.
repeated as (

    {{ ranked_instants('hits', ['rule_number', 'contact_key', 'distinct_value'], condition='is_once') }}

),

repeats as (

    {{ placed_by_id('repeated', ['rule_number', 'contact_key', 'distinct_value']) }}

),

distinct_hits as (

    select * from hits
    where not is_once

    union all

    select repeats.* {{ except_columns(['place']) }}
    from repeats
    where place = 1

),

-- Rules with `first` or a limit: only the first N in each calendar period, or in a life.
limited as (

    {{ ranked_instants('distinct_hits', ['rule_number', 'contact_key', 'period_start'], condition='most is not null') }}

),

placed as (

    {{ placed_by_id('limited', ['rule_number', 'contact_key', 'period_start']) }}

),

counted as (

    select * from distinct_hits
    where most is null

    union all

    select placed.* {{ except_columns(['place']) }}
    from placed
    where place <= most

)

select
    rule_number,
    contact_key,
    activity_key,
    occurred_at,
    starts_at
from counted
