{{- config(enabled=is_source_read("stg_mailchimp__email_events")) -}}

-- What became of mail of campaigns and automations. When an automation's mail was sent to whom, Mailchimp doesn't tell.
with campaigns as (

    {{ landed_rows('mailchimp', 'campaign') }}

),

recipients as (

    {{ landed_rows('mailchimp', 'campaign_recipient') }}

),

campaign_activities as (

    {{ landed_rows('mailchimp', 'campaign_recipient_activity') }}

),

automation_emails as (

    {{ landed_rows('mailchimp', 'automation_email') }}

),

automation_activities as (

    {{ landed_rows('mailchimp', 'automation_recipient_activity') }}

),

told as (

    select
        'campaign_recipient' as landed_table,
        recipients.campaign_id as email_id,
        recipients.member_id,
        'sent' as action,
        null as bounce_type,
        null as url,
        campaigns.title,
        campaigns.subject_line,
        campaigns.send_time as occurred_at,
        recipients._fivetran_synced as loaded_at
    from recipients
    left join campaigns on recipients.campaign_id = campaigns.id

    union all

    select
        'campaign_recipient_activity' as landed_table,
        activities.campaign_id as email_id,
        activities.member_id,
        activities.action,
        activities.bounce_type,
        activities.url,
        campaigns.title,
        campaigns.subject_line,
        activities.timestamp as occurred_at,
        activities._fivetran_synced as loaded_at
    from campaign_activities as activities
    left join campaigns on activities.campaign_id = campaigns.id

    union all

    select
        'automation_recipient_activity' as landed_table,
        activities.automation_email_id as email_id,
        activities.member_id,
        activities.action,
        activities.bounce_type,
        activities.url,
        automation_emails.title,
        automation_emails.subject_line,
        activities.timestamp as occurred_at,
        activities._fivetran_synced as loaded_at
    from automation_activities as activities
    left join automation_emails on activities.automation_email_id = automation_emails.id

),

events as (

    select
        'mailchimp:' || told.landed_table || ':' || told.email_id || ':' || coalesce(addresses.address_id, told.member_id)
        || case when told.action = 'sent' then '' else ':' || told.action || ':' || cast(told.occurred_at as {{ dbt.type_string() }}) end
            as event_id,
        case
            when told.action = 'sent' then 'email_sent'
            when told.action = 'open' then 'email_open'
            when told.action = 'click' then 'email_click'
            when told.action = 'bounce' and lower(told.bounce_type) = 'soft' then 'email_soft_bounce'
            when told.action = 'bounce' then 'email_bounce'
        end as event_type,
        told.occurred_at,
        'mailchimp:' || addresses.address_id as contact_id,
        {{ path_of_url('told.url') }} as page_path,
        told.email_id,
        {{ row_json(['title', 'subject_line', 'url'], 'told') }} as properties,
        told.loaded_at
    from told
    left join {{ ref('stg_mailchimp__addresses') }} as addresses on told.member_id = addresses.member_id
    where told.action in ('sent', 'open', 'click', 'bounce')

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'page_path', 'email_id', 'properties', 'loaded_at'
]) }}
