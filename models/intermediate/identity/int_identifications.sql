{{- config(materialized="incremental", incremental_strategy="touched_visitors") -}}

-- Who a visitor is, and for which of the visitor's anonymous events: those after `after_at` and up to `until_at`.
with identifying as (

    select
        anonymous_id,
        contact_id,
        event_id,
        occurred_at
    from {{ touched_visitors_rows(ref('int_events')) }}
    where anonymous_id is not null and contact_id is not null

),

-- At one instant the lowest event_id identifies.
instants as (

    select
        *,
        row_number() over (partition by anonymous_id, occurred_at order by event_id) as place
    from identifying

),

-- Where the next one names the same contact, one row serves both.
changes as (

    select
        anonymous_id,
        contact_id,
        occurred_at,
        lead(contact_id) over (partition by anonymous_id order by occurred_at) as next_contact_id
    from instants
    where place = 1

),

turns as (

    select
        anonymous_id,
        contact_id,
        lag(occurred_at) over (partition by anonymous_id order by occurred_at) as after_at,
        case when next_contact_id is not null then occurred_at end as until_at
    from changes
    where contact_id is distinct from next_contact_id

)

select * from turns
