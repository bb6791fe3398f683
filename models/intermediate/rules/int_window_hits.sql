{{- config(materialized="view") -}}

-- The activities that window rules measure, a row each: what it adds, and when it leaves the window.
with hits as (

    select
        hits.rule_number,
        hits.contact_number,
        hits.occurred_at,
        rules.measure,
        case when rules.measure = 'count_distinct' then hits.measured_value end as distinct_value,
        case
            when rules.measure = 'sum' then {{ as_summand('hits.measured_value') }}
            else 1
        end as amount,
        {{ add_duration('hits.occurred_at', 'rules.window_months', 'rules.window_microseconds') }} as leaves_at
    from {{ ref('int_rule_hits') }} as hits
    inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
    where
        rules.rule_trigger = 'window'
        -- `sum` passes over what isn't a number, `count_distinct` over what is missing.
        and (rules.measure = 'count' or hits.measured_value is not null)

)

select * from hits
where amount is not null
