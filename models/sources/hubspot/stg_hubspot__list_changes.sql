{{- config(enabled=is_source_read("stg_hubspot__list_changes")) -}}

-- Contacts that joined a list, and those that left: when they did, the connector's sync tells.
with members as (

    {{ landed_rows('hubspot', 'contact_list_member') }}

),

lists as (

    {{ landed_rows('hubspot', 'contact_list') }}

),

named as (

    select
        members.*,
        lists.name as list_name
    from members
    left join lists on members.contact_list_id = lists.id

),

events as (

    select
        'hubspot:contact_list_member:' || contact_list_id || ':' || contact_id as event_id,
        'list_join' as event_type,
        added_at as occurred_at,
        'hubspot:' || contact_id as contact_id,
        {{ row_json(['contact_list_id', 'list_name'], 'named') }} as properties,
        _fivetran_synced as loaded_at
    from named
    where added_at is not null

    union all

    select
        'hubspot:contact_list_member:' || contact_list_id || ':' || contact_id || ':left' as event_id,
        'list_leave' as event_type,
        _fivetran_synced as occurred_at,
        'hubspot:' || contact_id as contact_id,
        {{ row_json(['contact_list_id', 'list_name'], 'named') }} as properties,
        _fivetran_synced as loaded_at
    from named
    where _fivetran_deleted

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'properties', 'loaded_at']) }}
