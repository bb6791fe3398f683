{{- config(enabled=is_source_read("stg_mailchimp__list_changes")) -}}

-- Members who joined an audience, and those who left: who left the last one that they were in doesn't want mail any more.
with members as (

    {{ landed_rows('mailchimp', 'member') }}

),

audiences as (

    {{ landed_rows('mailchimp', 'list') }}

),

unsubscribes as (

    {{ landed_rows('mailchimp', 'unsubscribe') }}

),

departures as (

    select
        unsubscribes.*,
        row_number() over (
            partition by unsubscribes.member_id order by unsubscribes.timestamp desc nulls last, unsubscribes.list_id desc
        ) as place
    from unsubscribes

),

changes as (

    select
        'member' as landed_table,
        true as is_join,
        false as is_last,
        coalesce(timestamp_opt, timestamp_signup) as occurred_at,
        id as member_id,
        list_id,
        null as email_id,
        null as reason,
        _fivetran_synced as loaded_at
    from members
    where status not in ('pending', 'transactional') and coalesce(timestamp_opt, timestamp_signup) is not null

    union all

    select
        'unsubscribe' as landed_table,
        false as is_join,
        place = 1 as is_last,
        departures.timestamp as occurred_at,
        member_id,
        list_id,
        campaign_id as email_id,
        reason,
        _fivetran_synced as loaded_at
    from departures

),

named as (

    select
        changes.*,
        addresses.address_id,
        addresses.is_subscribed,
        audiences.name as list_name
    from changes
    left join {{ ref('stg_mailchimp__addresses') }} as addresses on changes.member_id = addresses.member_id
    left join audiences on changes.list_id = audiences.id

),

events as (

    select
        'mailchimp:' || landed_table || ':' || list_id || ':' || coalesce(address_id, member_id) as event_id,
        case
            when is_join then 'list_join'
            when is_last and is_subscribed is not true then 'unsubscribe'
            else 'list_leave'
        end as event_type,
        occurred_at,
        'mailchimp:' || address_id as contact_id,
        email_id,
        {{ row_json(['list_id', 'list_name', 'reason'], 'named') }} as properties,
        loaded_at
    from named

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'email_id', 'properties', 'loaded_at']) }}
