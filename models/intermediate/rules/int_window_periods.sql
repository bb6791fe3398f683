{{- config(materialized="view") -}}

-- The periods in which a window rule holds, a row each. A new contact isn't called inactive: a rule that holds with no
-- activity at all begins a window's length after the contact, or with it.
with turns as (

    select
        rule_number,
        contact_number,
        holds,
        moved_at as starts_at,
        lead(moved_at) over (partition by rule_number, contact_number order by moved_at) as ends_at
    from {{ ref('int_window_turns') }}

),

periods as (

    select
        turns.rule_number,
        turns.contact_number,
        case
            when not rules.holds_when_empty then turns.starts_at
            when rules.evaluate_from = 'creation' then greatest(turns.starts_at, contacts.created_at)
            else greatest(
                turns.starts_at,
                {{ add_duration(
                    'contacts.created_at', 'coalesce(rules.window_months, 0)', 'coalesce(rules.window_microseconds, 0)'
                ) }}
            )
        end as starts_at,
        turns.ends_at
    from turns
    inner join {{ ref('config_rules') }} as rules on turns.rule_number = rules.rule_number
    inner join {{ ref('int_contact_numbers') }} as contacts on turns.contact_number = contacts.contact_number
    where turns.holds

)

select * from periods
where ends_at is null or starts_at < ends_at
