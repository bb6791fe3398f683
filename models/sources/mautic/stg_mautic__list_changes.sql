{{- config(enabled=is_source_read("stg_mautic__list_changes")) -}}

-- Contacts that came into a segment, and those that left it: when they did, only a connector's sync tells.
with members as (

    {{ landed_rows('mautic', 'lead_lists_leads') }}

),

lists as (

    {{ landed_rows('mautic', 'lead_lists') }}

),

named as (

    select
        members.*,
        lists.name as list_name
    from members
    left join lists on members.leadlist_id = lists.id

),

events as (

    select
        'mautic:lead_lists_leads:' || leadlist_id || ':' || lead_id as event_id,
        'list_join' as event_type,
        date_added as occurred_at,
        'mautic:' || lead_id as contact_id,
        {{ row_json(['leadlist_id', 'list_name'], 'named') }} as properties,
        coalesce(_fivetran_synced, date_added) as loaded_at
    from named
    where date_added is not null

    union all

    select
        'mautic:lead_lists_leads:' || leadlist_id || ':' || lead_id || ':left' as event_id,
        'list_leave' as event_type,
        _fivetran_synced as occurred_at,
        'mautic:' || lead_id as contact_id,
        {{ row_json(['leadlist_id', 'list_name'], 'named') }} as properties,
        _fivetran_synced as loaded_at
    from named
    where (_fivetran_deleted or manually_removed) and _fivetran_synced is not null

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'properties', 'loaded_at']) }}
