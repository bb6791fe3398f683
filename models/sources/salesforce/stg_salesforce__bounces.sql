{{- config(enabled=is_source_read("stg_salesforce__bounces")) -}}

-- Contacts and leads whose address mail came back from, the last time.
with contacts as (

    {{ landed_rows('salesforce', 'contact') }}

),

leads as (

    {{ landed_rows('salesforce', 'lead') }}

),

events as (

    select
        'salesforce:contact:' || id || ':bounce' as event_id,
        'email_bounce' as event_type,
        email_bounced_date as occurred_at,
        'salesforce:' || id as contact_id,
        _fivetran_synced as loaded_at
    from contacts
    where email_bounced_date is not null

    union all

    select
        'salesforce:lead:' || id || ':bounce' as event_id,
        'email_bounce' as event_type,
        email_bounced_date as occurred_at,
        'salesforce:' || id as contact_id,
        _fivetran_synced as loaded_at
    from leads
    where email_bounced_date is not null

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'loaded_at']) }}
