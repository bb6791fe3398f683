-- The periods in which a window rule holds, a row each. A new contact isn't called inactive: a rule that holds with no
-- activity at all begins a window's length after the contact, or with it.
with first_instants as (

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
    from {{ ref('int_window_turns') }} as turns
    inner join {{ ref('config_rules') }} as rules on turns.rule_number = rules.rule_number
    inner join {{ touched_rows(ref('int_contacts')) }} as contacts on turns.contact_id = contacts.contact_id

)

select
    rule_number,
    contact_id,
    starts_at,
    ends_at
from first_instants
where ends_at is null or starts_at < ends_at
