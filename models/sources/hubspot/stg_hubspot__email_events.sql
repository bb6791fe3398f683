{{- config(enabled=is_source_read("stg_hubspot__email_events")) -}}

-- What became of marketing e-mails. HubSpot names the address: whose it is now, the contacts tell.
with email_events as (

    {{ landed_rows('hubspot', 'email_event') }}

),

bounces as (

    {{ landed_rows('hubspot', 'email_event_bounce') }}

),

clicks as (

    {{ landed_rows('hubspot', 'email_event_click') }}

),

status_changes as (

    {{ landed_rows('hubspot', 'email_event_status_change') }}

),

campaigns as (

    {{ landed_rows('hubspot', 'email_campaign') }}

),

told as (

    select
        email_events.id,
        email_events.recipient,
        email_events.email_campaign_id,
        email_events.filtered_event,
        email_events.created,
        clicks.url,
        campaigns.name,
        campaigns.subject,
        bounces.category,
        case
            when email_events.type = 'SENT' then 'email_sent'
            when email_events.type = 'DELIVERED' then 'email_delivered'
            when email_events.type = 'OPEN' then 'email_open'
            when email_events.type = 'CLICK' then 'email_click'
            when email_events.type = 'FORWARD' then 'email_forward'
            when email_events.type = 'SPAMREPORT' then 'email_spam_report'
            -- What comes back only for now says nothing against the address.
            when bounces.status like '4%' or bounces.category in ('MAILBOX_FULL', 'THROTTLED') then 'email_soft_bounce'
            when email_events.type = 'BOUNCE' then 'email_bounce'
            when status_changes.bounced then null
            when status_changes.portal_subscription_status = 'UNSUBSCRIBED' then 'unsubscribe'
            when status_changes.portal_subscription_status = 'SUBSCRIBED' then 'subscribe'
            when status_changes.subscriptions like '%UNSUBSCRIBED%' then 'list_leave'
            when status_changes.subscriptions like '%SUBSCRIBED%' then 'list_join'
        end as event_type,
        greatest(
            email_events._fivetran_synced, bounces._fivetran_synced, clicks._fivetran_synced, status_changes._fivetran_synced
        ) as loaded_at
    from email_events
    left join bounces on email_events.id = bounces.id
    left join clicks on email_events.id = clicks.id
    left join status_changes on email_events.id = status_changes.id
    left join campaigns on email_events.email_campaign_id = campaigns.id
    -- An event may be told again, with more: then the later one counts.
    where email_events.obsoleted_by_id is null

),

events as (

    select
        'hubspot:email_event:' || told.id as event_id,
        told.event_type,
        told.created as occurred_at,
        'hubspot:' || addresses.contact_id as contact_id,
        told.email_campaign_id as email_id,
        told.filtered_event as is_machine,
        {{ path_of_url('told.url') }} as page_path,
        {{ row_json(['name', 'subject', 'url', 'category'], 'told') }} as properties,
        told.loaded_at
    from told
    left join {{ ref('stg_hubspot__addresses') }} as addresses on {{ email_address('told.recipient') }} = addresses.address
    where told.event_type is not null

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'email_id', 'is_machine', 'page_path', 'properties', 'loaded_at'
]) }}
