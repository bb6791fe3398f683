{{- config(materialized="view", tags=["constant"]) -}}

-- The activities that meet activity rules within their validity, a row each, and what limits how often they count.
select
    hits.rule_number,
    hits.contact_key,
    hits.activity_key,
    hits.distinct_value,
    rules.once_per is not null and hits.distinct_value is not null as is_once,
    case when rules.recurrence = 'first' then 1 else rules.limit_count end as most,
    case when rules.recurrence != 'first' then rules.limit_period end as limit_period,
    hits.occurred_at
from {{ ref('int_rule_hits') }} as hits
inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
where
    rules.rule_trigger = 'activity'
    and (rules.valid_from is null or hits.occurred_at >= rules.valid_from)
    and (rules.valid_to is null or hits.occurred_at < rules.valid_to)
