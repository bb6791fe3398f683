{{- config(materialized="incremental", incremental_strategy="run_visitors") -}}

-- Who a visitor is, and for which of the visitor's anonymous events: those after `after_at` and up to `until_at`. At one
-- instant the lowest event_id identifies.
with instants as (

    select
        events.visitor_key,
        events.occurred_at,
        min_by(events.contact_key, events.event_id) as contact_key
    from {{ ref('int_events') }} as events
    inner join {{ ref('run_visitors') }} as visitors on events.visitor_key = visitors.visitor_key
    where events.contact_key is not null and events.occurred_at <= {{ as_of() }}
    group by events.visitor_key, events.occurred_at

),

-- Where the next one names the same contact, one row serves both.
changes as (

    select
        visitor_key,
        contact_key,
        occurred_at,
        lead(contact_key) over (partition by visitor_key order by occurred_at) as next_contact_key
    from instants

)

select
    visitor_key,
    contact_key,
    lag(occurred_at) over (partition by visitor_key order by occurred_at) as after_at,
    case when next_contact_key is not null then occurred_at end as until_at
from changes
where contact_key is distinct from next_contact_key
