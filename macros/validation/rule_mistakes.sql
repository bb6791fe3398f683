{% macro rule_mistakes() -%}
    {# Cells of a rule that don't go together. -#}
    -- check: an activity rule recurs `every` or `first`, another one `while`, `each` or `first`
    {{ mistaken_cells(
        "cells.shown || ' is not a recurrence of ' || typed_rules.trigger || ' rules'",
        "case when typed_rules.trigger = 'activity' then 'every, first' else 'while, each, first' end",
    ) }}
    inner join typed_rules
        on {{ same_row('typed_rules', seed='scoring_rules', column='recurrence') }}
    where
        (typed_rules.trigger = 'activity' and cells.value in ('while', 'each'))
        or (typed_rules.trigger in ('window', 'profile') and cells.value = 'every')

    union all

    -- check: a `set` happens at an instant
    {{ mistaken_cells("'a `set` happens at an instant, so it can''t last while a rule holds'", "'each, first'") }}
    inner join typed_rules
        on {{ same_row('typed_rules', seed='scoring_rules', column='recurrence') }}
    where typed_rules.operation = 'set' and typed_rules.effective_recurrence = 'while'

    union all

    -- check: a rule ends after it begins
    {{ mistaken_cells("'valid_to lies before valid_from'", "'an instant after valid_from, or an empty cell'") }}
    inner join typed_rules
        on {{ same_row('typed_rules', seed='scoring_rules', column='valid_to') }}
    where typed_rules.valid_to < typed_rules.valid_from

    union all

    -- check: the ends of `between` are in order
    {{ mistaken_cells("'threshold_high lies below threshold'", "'a number at or above threshold'") }}
    inner join typed_rules
        on {{ same_row('typed_rules', seed='scoring_rules', column='threshold_high') }}
    where typed_rules.comparator = 'between' and typed_rules.threshold_high < typed_rules.threshold

    union all

    {{ _activity_mistakes() }}

    union all

    {{ _decay_mistakes() }}
{%- endmacro %}


{% macro _activity_mistakes() -%}
    -- check: activity is a list of event types, or transactions
    {{ mistaken_cells(
        "case when parts.part = '' then 'activity has an empty part' else '`transaction` can''t stand with anything else' end",
        "'event types split at |, or transaction alone'",
    ) }}
    inner join (
        select distinct
            row_number,
            trim(part) as part
        from (
            select
                row_number,
                activity,
                {{ explode_split('activity', '|') }} as part
            from scoring_rules
            where trigger in ('activity', 'window')
        ) as split
        where trim(part) = '' or (trim(part) = 'transaction' and activity != 'transaction')
    ) as parts
        on {{ same_row('parts', seed='scoring_rules', column='activity') }}
{%- endmacro %}


{% macro _decay_mistakes() -%}
    -- check: a decay ends: within 5,000 steps, and within 10,000 years
    {{ mistaken_cells(
        "'the points take more than 5,000 steps, or 10,000 years, to fade away'",
        "'a greater percentage, or a shorter decay_every'",
    ) }}
    inner join (
        select
            *,
            least(5000, floor(10000 / coalesce(decay_every_years, 1))) as most_steps
        from typed_rules
        where decay_percent > 0 and decay_percent <= 100 and coalesce(decay_every_years, 1) > 0
    ) as decays
        on {{ same_row('decays', seed='scoring_rules', column='decay_percent') }}
    where
        (decays.decay = 'linear' and cast(decays.decay_percent as double) * decays.most_steps < 100)
        or (
            decays.decay = 'exponential'
            and abs(cast(decays.points as double)) * power(1 - cast(decays.decay_percent as double) / 100, decays.most_steps) >= 0.5
        )
{%- endmacro %}
