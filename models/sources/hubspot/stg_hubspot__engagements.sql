{{- config(enabled=is_source_read("stg_hubspot__engagements")) -}}

-- What sales had with contacts: an event for each contact that took part.
with engagements as (

    {{ landed_rows('hubspot', 'engagement') }}

),

participants as (

    {{ landed_rows('hubspot', 'engagement_contact') }}

),

calls as (

    {{ landed_rows('hubspot', 'engagement_call') }}

),

meetings as (

    {{ landed_rows('hubspot', 'engagement_meeting') }}

),

emails as (

    {{ landed_rows('hubspot', 'engagement_email') }}

),

communications as (

    {{ landed_rows('hubspot', 'engagement_communication') }}

),

held as (

    select
        'engagement_call' as landed_table,
        engagement_id,
        'personal_contact' as event_type,
        'call' as kind,
        lower(property_hs_call_direction) as direction,
        null as subject,
        property_hs_timestamp as occurred_at,
        _fivetran_deleted as is_deleted,
        _fivetran_synced as loaded_at
    from calls
    where property_hs_call_status is null or property_hs_call_status in ('COMPLETED', 'IN_PROGRESS')

    union all

    select
        'engagement_meeting' as landed_table,
        engagement_id,
        'personal_contact' as event_type,
        'meeting' as kind,
        null as direction,
        null as subject,
        coalesce(property_hs_meeting_start_time, property_hs_timestamp) as occurred_at,
        _fivetran_deleted as is_deleted,
        _fivetran_synced as loaded_at
    from meetings
    where property_hs_meeting_outcome is null or property_hs_meeting_outcome not in ('NO_SHOW', 'CANCELED', 'RESCHEDULED')

    union all

    select
        'engagement_email' as landed_table,
        engagement_id,
        case when property_hs_email_direction = 'INCOMING_EMAIL' then 'email_reply' else 'email_sent' end as event_type,
        'email' as kind,
        null as direction,
        property_hs_email_subject as subject,
        property_hs_timestamp as occurred_at,
        _fivetran_deleted as is_deleted,
        _fivetran_synced as loaded_at
    from emails
    where property_hs_email_direction in ('EMAIL', 'INCOMING_EMAIL')

    union all

    select
        'engagement_communication' as landed_table,
        engagement_id,
        'personal_contact' as event_type,
        lower(property_hs_communication_channel_type) as kind,
        null as direction,
        null as subject,
        property_hs_timestamp as occurred_at,
        _fivetran_deleted as is_deleted,
        _fivetran_synced as loaded_at
    from communications

),

events as (

    select
        'hubspot:' || held.landed_table || ':' || held.engagement_id || ':' || participants.contact_id as event_id,
        held.event_type,
        coalesce(held.occurred_at, engagements.timestamp) as occurred_at,
        'hubspot:' || participants.contact_id as contact_id,
        {{ row_json(['kind', 'direction', 'subject'], 'held') }} as properties,
        greatest(held.loaded_at, participants._fivetran_synced) as loaded_at
    from held
    inner join participants on held.engagement_id = participants.engagement_id
    left join engagements on held.engagement_id = engagements.id
    where held.is_deleted is not true

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'properties', 'loaded_at']) }}
