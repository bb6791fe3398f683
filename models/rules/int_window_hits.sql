{{- config(materialized="view", tags=["constant"]) -}}

-- The activities that window rules measure, a row each: what it adds, and when it leaves the window.
select
    hits.rule_number,
    hits.contact_key,
    hits.distinct_value,
    case when rules.measure in ('sum', 'average') then hits.amount else 1 end as amount,
    rules.is_idle_rule,
    rules.measure = 'count_distinct' and not rules.is_idle_rule as is_distinct,
    hits.occurred_at,
    {{ add_duration('hits.occurred_at', 'rules.window_months', 'rules.window_microseconds') }} as leaves_at
from {{ ref('int_rule_hits') }} as hits
inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
where
    rules.rule_trigger = 'window'
    -- `sum` and `average` pass over what isn't a number, `count_distinct` over what is missing.
    and (rules.measure not in ('sum', 'average') or hits.amount is not null)
    and (rules.measure != 'count_distinct' or hits.distinct_value is not null)
