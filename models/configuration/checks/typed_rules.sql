with rules as (

    {{ typed_seed(ref('seed_cells'), 'scoring_rules') }}

)

select
    rules.row_number,
    rules.rule_id,
    rules.model_id,
    rules.category,
    rules.operation,
    rules.trigger,
    rules.activity,
    rules.recurrence,
    rules.decay,
    rules.measure,
    rules.comparator,
    case
        when rules.trigger = 'profile' then 'profile'
        when rules.trigger in ('activity', 'window') and rules.activity = 'transaction' then 'transaction'
        when rules.trigger in ('activity', 'window') and rules.activity is not null then 'event'
    end as looks_at,
    case
        when rules.trigger in ('window', 'profile')
            then coalesce(rules.recurrence, case when rules.operation in ('add', 'subtract') then 'while' end)
    end as effective_recurrence,
    row_number() over (partition by rules.rule_id order by rules.row_number) as place_in_id,
    rules.points,
    rules.decay_percent,
    rules.decay_every as decay_years,
    rules.threshold,
    rules.threshold_high,
    limits.value is not null as has_limit_count,
    rules.per_field is not null as has_per_field,
    rules.valid_from,
    rules.valid_to
from rules
inner join {{ ref('seed_cells') }} as limits
    on rules.row_number = limits.row_number and limits.seed = 'scoring_rules' and limits.column_name = 'limit_count'
