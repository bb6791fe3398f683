{{- config(materialized="view") -}}

-- The periods in which a window rule's measure meets its threshold, a row each, from before everything that happened.
with rules as (

    select *
    from {{ ref('config_rules') }}
    where rule_trigger = 'window'

),

measured as (

    select
        rule_number,
        contact_id,
        moved_at,
        sum(amount) over (
            partition by rule_number, contact_id
            order by moved_at
            rows between unbounded preceding and current row
        ) as measured
    from {{ ref('int_window_measures') }}

),

judged as (

    select
        measured.rule_number,
        measured.contact_id,
        measured.moved_at,
        {{ comparison_holds('measured.measured', 'rules') }} as holds
    from measured
    inner join rules on measured.rule_number = rules.rule_number

),

changes as (

    select
        *,
        lag(holds, 1, false) over (partition by rule_number, contact_id order by moved_at) as held
    from judged

),

turns as (

    select
        rule_number,
        contact_id,
        holds,
        moved_at as starts_at,
        lead(moved_at) over (partition by rule_number, contact_id order by moved_at) as ends_at
    from changes
    where holds != held

)

select
    rule_number,
    contact_id,
    starts_at,
    ends_at
from turns
where holds
