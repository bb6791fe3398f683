-- What each instant adds to a window rule's measure.
with netted as (

    select * from {{ ref('int_window_moves') }}

),

-- count_distinct: a value counts while at least one activity in the window has it.
occurrences as (

    select
        rule_number,
        contact_id,
        distinct_value,
        moved_at,
        amount,
        sum(amount) over (
            partition by rule_number, contact_id, distinct_value
            order by moved_at
            rows between unbounded preceding and current row
        ) as occurrences
    from netted
    where measure = 'count_distinct'

),

presences as (

    select
        rule_number,
        contact_id,
        moved_at,
        case when occurrences > 0 then 1 else 0 end - case when occurrences - amount > 0 then 1 else 0 end as amount
    from occurrences

)

select
    rule_number,
    contact_id,
    moved_at,
    amount
from netted
where measure != 'count_distinct'

union all

select
    rule_number,
    contact_id,
    moved_at,
    cast(sum(amount) as {{ number_type() }}) as amount
from presences
group by rule_number, contact_id, moved_at

union all

-- A rule that holds with no activity at all is judged for everybody, from before everything that happened.
select
    rules.rule_number,
    contacts.contact_id,
    {{ beginning_of_time() }} as moved_at,
    cast(0 as {{ number_type() }}) as amount
from {{ ref('config_rules') }} as rules
cross join {{ touched_rows(ref('int_contacts')) }} as contacts
where rules.rule_trigger = 'window' and rules.holds_when_empty
