{{- config(materialized="view") -}}

-- When a value enters and leaves the window of a rule that counts distinct values: it counts while at least one activity
-- in the window has it.
with moves as (

    select
        rule_number,
        contact_number,
        distinct_value,
        occurred_at as moved_at,
        1 as amount
    from {{ ref('int_window_hits') }}
    where measure = 'count_distinct'

    union all

    select
        rule_number,
        contact_number,
        distinct_value,
        leaves_at as moved_at,
        -1 as amount
    from {{ ref('int_window_hits') }}
    where measure = 'count_distinct' and leaves_at is not null

),

netted as (

    select
        rule_number,
        contact_number,
        distinct_value,
        moved_at,
        sum(amount) as amount
    from moves
    group by rule_number, contact_number, distinct_value, moved_at

),

occurrences as (

    select
        *,
        sum(amount) over (
            partition by rule_number, contact_number, distinct_value
            order by moved_at
            rows between unbounded preceding and current row
        ) as occurrences
    from netted

),

presences as (

    select
        rule_number,
        contact_number,
        case when occurrences > 0 then 1 else 0 end - case when occurrences - amount > 0 then 1 else 0 end as amount,
        moved_at
    from occurrences

)

select * from presences
where amount != 0
