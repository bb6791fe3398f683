{% macro typed_rules() -%}
    {# The rules as far as they can be read: what can't be is null, so no check fires on top of that mistake. -#}
    select
        scoring_rules.row_number,
        scoring_rules.rule_id,
        scoring_rules.operation,
        scoring_rules.trigger,
        scoring_rules.recurrence,
        scoring_rules.decay,
        scoring_rules.limit_count,
        scoring_rules.measure,
        scoring_rules.comparator,
        scoring_rules.once_per,
        scoring_rules.measure_field,
        case
            when scoring_rules.trigger = 'profile' then 'profile'
            when scoring_rules.trigger in ('activity', 'window') and scoring_rules.activity is not null
                then case when scoring_rules.activity = 'transaction' then 'transaction' else 'event' end
        end as looks_at,
        case
            when scoring_rules.trigger in ('window', 'profile')
                then coalesce(scoring_rules.recurrence, case when scoring_rules.operation in ('add', 'subtract') then 'while' end)
        end as effective_recurrence,
        row_number() over (partition by scoring_rules.rule_id order by scoring_rules.row_number) as place_in_id,
        {{ if_readable('points', 'scoring_rules.points') }} as points,
        {{ if_readable('decimal', 'scoring_rules.decay_percent') }} as decay_percent,
        {{ duration_in_years('scoring_rules.decay_every') }} as decay_every_years,
        {{ if_readable('decimal', 'scoring_rules.threshold') }} as threshold,
        {{ if_readable('decimal', 'scoring_rules.threshold_high') }} as threshold_high,
        {{ if_readable('timestamp', 'scoring_rules.valid_from') }} as valid_from,
        {{ if_readable('timestamp', 'scoring_rules.valid_to') }} as valid_to
    from scoring_rules
{%- endmacro %}
