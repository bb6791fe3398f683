{{- config(materialized="view", tags=["constant"]) -}}

-- The activities that meet activity rules within their validity, a row each, with what each would earn (contract 4.2).
select
    rule_number,
    contact_key,
    activity_key,
    distinct_value,
    case when is_multiplied then {{ points_times('points', 'times') }} else points end as points,
    occurred_at
from (
    select
        hits.rule_number,
        hits.contact_key,
        hits.activity_key,
        hits.distinct_value,
        rules.points,
        case
            when rules.per_step is null then hits.amount
            -- How often the step goes into it, unless that is more than can be counted with.
            when abs(cast(hits.amount as double) / cast(rules.per_step as double)) < 1000000000000000000
                then cast({{ whole_quotient('hits.amount', 'rules.per_step') }} as {{ number_type() }})
        end as times,
        rules.per_field is not null as is_multiplied,
        hits.occurred_at
    from {{ ref('int_rule_hits') }} as hits
    inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
    where
        rules.rule_trigger = 'activity'
        and (rules.valid_from is null or hits.occurred_at >= rules.valid_from)
        and (rules.valid_to is null or hits.occurred_at < rules.valid_to)
) as hits
-- What isn't a number is no activity of a rule that multiplies, nor is what makes more points than can be kept.
where not is_multiplied or abs(cast(points as double) * cast(times as double)) < 10000000000
