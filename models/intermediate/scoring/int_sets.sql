-- The sets that count, a row each, and the set before it: what started between the two ends at this one.
with sets as (

    select *
    from {{ ref('int_entries') }}
    where operation = 'set'

),

-- At one instant the manual one wins, then the greatest id.
ranked as (

    select
        *,
        row_number() over (
            partition by model_id, contact_id, starts_at
            order by
                case when entry_type = 'manual' then 0 else 1 end,
                rule_id desc nulls last,
                activity_id desc nulls last,
                entry_id desc
        ) as place
    from sets

)

select
    ranked.* {{ except_columns(['place']) }},
    lag(starts_at) over (partition by model_id, contact_id order by starts_at) as previous_set_at
from ranked
where place = 1
