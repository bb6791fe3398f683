-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('scoring_rules'), 'scoring_rules') }}

),

active as (

    select
        seed.*,
        models.model_number
    from seed
    inner join {{ ref('config_models') }} as models on seed.model_id = models.model_id
    where coalesce({{ as_boolean('seed.is_active') }}, true)

),

typed as (

    select
        cast(row_number() over (order by rule_id) as smallint) as rule_number,
        model_number,
        rule_id,
        {{ id_prefix('rule', 'rule_id') }} as entry_prefix,
        model_id,
        coalesce(title, rule_id) as title,
        description,
        category,
        operation,
        trigger as rule_trigger,
        activity,
        coalesce(
            recurrence, case when trigger = 'activity' then 'every' when operation = 'set' then 'each' else 'while' end
        ) as recurrence,
        once_per,
        limit_period,
        decay,
        measure,
        measure_field,
        per_field,
        comparator,
        coalesce(evaluate_from, 'window') as evaluate_from,
        cast(case when operation = 'subtract' then -1 else 1 end * {{ as_points('points') }} as {{ points_type() }}) as points,
        {{ as_integer('limit_count') }} as limit_count,
        {{ as_number('decay_percent') }} as decay_percent,
        {{ as_number('threshold') }} as threshold,
        {{ as_number('threshold_high') }} as threshold_high,
        {{ as_number('per_step') }} as per_step,
        {{ duration_columns('delay', 'delay') }},
        {{ duration_columns('expires_after', 'expires') }},
        {{ duration_columns('decay_every', 'decay_every') }},
        {{ duration_columns('window_length', 'window') }},
        {{ as_utc_timestamp('valid_from') }} as valid_from,
        {{ as_utc_timestamp('valid_to') }} as valid_to
    from active

),

judged as (

    select
        *,
        -- Of nothing there is no average.
        {{ comparison_holds('cast(0 as ' ~ number_type() ~ ')', 'typed') }} and measure != 'average' as holds_when_empty,
        {{ comparison_holds('cast(1 as ' ~ number_type() ~ ')', 'typed') }} as holds_with_one
    from typed

)

select
    judged.* {{ except_columns(['holds_with_one']) }},
    -- It holds while nothing happens, and never else.
    coalesce(measure in ('count', 'count_distinct') and holds_when_empty and not holds_with_one, false) as is_idle_rule
from judged
