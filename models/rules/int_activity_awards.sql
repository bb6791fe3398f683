{{- config(materialized="view", tags=["constant"]) -}}
{#- What limits how often activities count: read where it is needed. -#}
{%- set hits -%}
(
    select
        hits.*,
        rules.once_per is not null and hits.distinct_value is not null as is_once,
        case when rules.recurrence = 'first' then 1 else rules.limit_count end as most,
        case when rules.recurrence != 'first' then rules.limit_period end as limit_period
    from {{ ref('int_activity_hits') }} as hits
    inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
) as hits
{%- endset -%}
-- The activities that earn points by activity rules, a row each, after once_per, first and limits (contract 4.2). Of activities
-- at one instant the lowest id comes first; only those that share an instant are compared by id.
with repeated as (
    {{ ranked_instants(hits, ['rule_number', 'contact_key', 'distinct_value'], condition='is_once') }}
),

-- Rules with once_per: only the first activity for each value, rows without a value counting each.
firsts as (
    {{ placed_by_id('repeated', ['rule_number', 'contact_key', 'distinct_value'], condition='ranked.first_place = 1') }}
),

limited as (

    select
        *,
        case limit_period
            {%- for period in ['day', 'week', 'month', 'year'] %}
            when '{{ period }}' then date_trunc('{{ period }}', {{ local_time('occurred_at', var('time_zone', 'UTC')) }})
            {%- endfor %}
        end as period_start
    from (
        select
            rule_number,
            contact_key,
            activity_key,
            most,
            limit_period,
            points,
            occurred_at
        from {{ hits }}
        where most is not null and not is_once

        union all

        select
            rule_number,
            contact_key,
            activity_key,
            most,
            limit_period,
            points,
            occurred_at
        from firsts
        where most is not null and place = 1
    ) as hits

),

-- Rules with `first` or a limit: only the first N in each calendar period, or in a life.
periods as (

    {{ ranked_instants('limited', ['rule_number', 'contact_key', 'period_start'], condition='true') }}

),

placed as (

    {{ placed_by_id('periods', ['rule_number', 'contact_key', 'period_start'], condition='ranked.first_place <= ranked.most') }}

),

counted as (

    select
        rule_number,
        contact_key,
        activity_key,
        points,
        occurred_at
    from {{ hits }}
    where most is null and not is_once

    union all

    select
        rule_number,
        contact_key,
        activity_key,
        points,
        occurred_at
    from firsts
    where most is null and place = 1

    union all

    select
        rule_number,
        contact_key,
        activity_key,
        points,
        occurred_at
    from placed
    where place <= most

)

select
    counted.rule_number,
    counted.contact_key,
    counted.activity_key,
    counted.points,
    counted.occurred_at,
    {{ add_duration('counted.occurred_at', 'coalesce(rules.delay_months, 0)', 'coalesce(rules.delay_microseconds, 0)') }} as starts_at
from counted
inner join {{ ref('config_rules') }} as rules on counted.rule_number = rules.rule_number
