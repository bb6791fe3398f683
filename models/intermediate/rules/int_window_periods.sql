-- The periods in which a window rule holds, a row each.
with rules as (

    select *
    from {{ ref('config_rules') }}
    where rule_trigger = 'window'

),

-- A rule that holds with no activity at all is judged for everybody, from before everything that happened.
origins as (

    select
        rules.rule_number,
        contacts.contact_id,
        {{ beginning_of_time() }} as moved_at,
        cast(0 as {{ number_type() }}) as amount
    from rules
    cross join {{ ref('int_contacts') }} as contacts
    where rules.holds_when_empty

),

moves as (

    select
        rule_number,
        contact_id,
        moved_at,
        amount
    from {{ ref('int_window_measures') }}

    union all

    select
        rule_number,
        contact_id,
        moved_at,
        amount
    from origins

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
    from moves

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

),

-- A new contact isn't called inactive: such a rule begins a window's length after the contact, or with it.
first_instants as (

    select
        turns.rule_number,
        turns.contact_id,
        turns.ends_at,
        case
            when not rules.holds_when_empty then turns.starts_at
            when rules.evaluate_from = 'creation' then greatest(turns.starts_at, contacts.created_at)
            else greatest(
                turns.starts_at,
                {{ add_duration(
                    'contacts.created_at', 'coalesce(rules.window_months, 0)', 'coalesce(rules.window_microseconds, 0)'
                ) }}
            )
        end as starts_at
    from turns
    inner join rules on turns.rule_number = rules.rule_number
    inner join {{ ref('int_contacts') }} as contacts on turns.contact_id = contacts.contact_id
    where turns.holds

)

select
    rule_number,
    contact_id,
    starts_at,
    ends_at
from first_instants
where ends_at is null or starts_at < ends_at
