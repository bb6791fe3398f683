-- The instants at which a window rule begins or ceases to hold, a row each. What moves at one instant is netted: each of its
-- rows knows the measure after all of them, and the first of them the measure before.
with moves as (

    select
        rule_number,
        contact_number,
        moved_at,
        sum(amount) over (partition by rule_number, contact_number order by moved_at) as measured_after,
        sum(amount) over (
            partition by rule_number, contact_number
            order by moved_at
            rows between unbounded preceding and current row
        ) - amount as measured_before,
        lag(moved_at) over (partition by rule_number, contact_number order by moved_at) as previous_moved_at
    from {{ ref('int_window_moves') }}

),

judged as (

    select
        moves.rule_number,
        moves.contact_number,
        {{ comparison_holds('moves.measured_after', 'rules') }} as holds,
        -- Before everything, no rule holds.
        moves.moved_at != {{ beginning_of_time() }} and {{ comparison_holds('moves.measured_before', 'rules') }} as held,
        moves.moved_at
    from moves
    inner join {{ ref('config_rules') }} as rules on moves.rule_number = rules.rule_number
    where moves.moved_at is distinct from moves.previous_moved_at

)

select
    rule_number,
    contact_number,
    holds,
    moved_at
from judged
where holds != held
