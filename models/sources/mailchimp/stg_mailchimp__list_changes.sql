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

subscribers as (

    select distinct id
    from members
    where status = 'subscribed'

),

departures as (

    select
        unsubscribes.*,
        subscribers.id as subscriber_id,
        row_number() over (
            partition by unsubscribes.member_id order by unsubscribes.timestamp desc nulls last, unsubscribes.list_id
        ) as place
    from unsubscribes
    left join subscribers on unsubscribes.member_id = subscribers.id

),

changes as (

    select
        'mailchimp:member:' || list_id || ':' || id as event_id,
        'list_join' as event_type,
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
        'mailchimp:unsubscribe:' || list_id || ':' || member_id as event_id,
        case when place = 1 and subscriber_id is null then 'unsubscribe' else 'list_leave' end as event_type,
        timestamp as occurred_at,
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
        audiences.name as list_name
    from changes
    left join audiences on changes.list_id = audiences.id

),

events as (

    select
        event_id,
        event_type,
        occurred_at,
        'mailchimp:' || member_id as contact_id,
        email_id,
        {{ row_json(['list_id', 'list_name', 'reason'], 'named') }} as properties,
        loaded_at
    from named

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'email_id', 'properties', 'loaded_at']) }}
