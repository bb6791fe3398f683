{{- config(materialized="view") -}}

-- What enters and leaves a window rule's window, a row an instant (and value, for count_distinct): an activity when it
-- happens, and again when it leaves.
with hits as (

    select
        hits.rule_number,
        hits.contact_id,
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

),

moves as (

    select
        rule_number,
        contact_id,
        measure,
        distinct_value,
        amount,
        occurred_at as moved_at
    from hits
    where amount is not null

    union all

    select
        rule_number,
        contact_id,
        measure,
        distinct_value,
        -amount as amount,
        leaves_at as moved_at
    from hits
    where amount is not null and leaves_at is not null

),

-- What enters and leaves at one instant is netted.
netted as (

    select
        rule_number,
        contact_id,
        measure,
        distinct_value,
        moved_at,
        cast(sum(amount) as {{ number_type() }}) as amount
    from moves
    group by rule_number, contact_id, measure, distinct_value, moved_at

)

select * from netted
