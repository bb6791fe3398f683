{{- config(enabled=is_source_read("stg_salesforce__activities")) -}}

-- What sales had with contacts and leads, an event for each of them that took part; and mail that came back from them.
with tasks as (

    {{ landed_rows('salesforce', 'task') }}

),

appointments as (

    {{ landed_rows('salesforce', 'event') }}

),

messages as (

    {{ landed_rows('salesforce', 'email_message') }}

),

held as (

    select
        'task' as landed_table,
        id,
        case
            when lower(task_subtype) = 'call' or lower(type) = 'call' then 'call'
            when lower(task_subtype) in ('email', 'listemail') or lower(type) = 'email' then 'email'
            when lower(task_subtype) = 'linkedin' then 'linkedin'
            when lower(type) = 'meeting' then 'meeting'
        end as kind,
        lower(call_type) as direction,
        subject,
        coalesce(completed_date_time, activity_date, created_date) as occurred_at,
        _fivetran_synced as loaded_at
    from tasks
    where
        is_closed and is_deleted is not true and is_recurrence is not true
        and not coalesce({{ regexp_matches('lower(call_disposition)', '(voice ?mail|no answer|busy|wrong number)') }}, false)
        -- Mails that are landed as such are read there.
        and id not in (
            select messages.activity_id
            from messages
            where messages.activity_id is not null and messages.is_deleted is not true
        )

    union all

    select
        'event' as landed_table,
        id,
        case when lower(type) = 'call' then 'call' else 'meeting' end as kind,
        null as direction,
        subject,
        coalesce(start_date_time, activity_date) as occurred_at,
        _fivetran_synced as loaded_at
    from appointments
    where
        is_deleted is not true and is_recurrence is not true and is_child is not true
        and lower(type) is distinct from 'email'

),

events as (

    select
        'salesforce:' || held.landed_table || ':' || held.id || ':' || participants.person_id as event_id,
        case when held.kind = 'email' then 'email_sent' else 'personal_contact' end as event_type,
        held.occurred_at,
        'salesforce:' || participants.person_id as contact_id,
        {{ row_json(['kind', 'direction', 'subject'], 'held') }} as properties,
        greatest(held.loaded_at, participants.loaded_at) as loaded_at
    from held
    inner join {{ ref('stg_salesforce__participants') }} as participants
        on held.landed_table = participants.landed_table and held.id = participants.id
    where held.kind is not null
    {%- for table in ['contact', 'lead'] %}

    union all

    select
        'salesforce:{{ table }}:' || id || ':bounce' as event_id,
        'email_bounce' as event_type,
        email_bounced_date as occurred_at,
        'salesforce:' || id as contact_id,
        null as properties,
        _fivetran_synced as loaded_at
    from (

        {{ landed_rows('salesforce', table) }}

    ) as {{ table }}s
    where email_bounced_date is not null
    {%- endfor %}

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'properties', 'loaded_at']) }}
