{{- config(materialized="view") -}}

-- What moves a window rule's measure: an activity when it happens, and again when it leaves the window.
with moves as (

    select
        rule_number,
        contact_number,
        amount,
        occurred_at as moved_at
    from {{ ref('int_window_hits') }}
    where measure != 'count_distinct'

    union all

    select
        rule_number,
        contact_number,
        -amount as amount,
        leaves_at as moved_at
    from {{ ref('int_window_hits') }}
    where measure != 'count_distinct' and leaves_at is not null

    union all

    select
        rule_number,
        contact_number,
        amount,
        moved_at
    from {{ ref('int_window_presences') }}

    union all

    -- A rule that holds with no activity at all is judged for everybody, from before everything that happened.
    select
        rules.rule_number,
        contacts.contact_number,
        0 as amount,
        {{ beginning_of_time() }} as moved_at
    from {{ ref('config_rules') }} as rules
    cross join {{ ref('int_contact_numbers') }} as contacts
    where rules.rule_trigger = 'window' and rules.holds_when_empty

)

select
    rule_number,
    contact_number,
    cast(amount as {{ number_type() }}) as amount,
    moved_at
from moves
