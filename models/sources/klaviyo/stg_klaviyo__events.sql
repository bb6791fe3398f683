{{- config(enabled=is_source_read("stg_klaviyo__events")) -}}

{% set types = {
    'active_on_site': 'page_view', 'received_email': 'email_delivered', 'opened_email': 'email_open', 'clicked_email': 'email_click',
    'marked_email_as_spam': 'email_spam_report', 'unsubscribed': 'unsubscribe', 'unsubscribed_from_email_marketing': 'unsubscribe',
    'subscribed_to_email_marketing': 'subscribe', 'subscribed_to_list': 'list_join', 'unsubscribed_from_list': 'list_leave',
    'viewed_product': 'product_view', 'added_to_cart': 'cart_add', 'started_checkout': 'checkout_start',
    'checkout_started': 'checkout_start', 'placed_order': 'order', 'submitted_search': 'search', 'submitted_review': 'review',
} -%}

-- Events of all kinds, by the vocabulary where it has a word, else by the name of the kind.
with landed as (

    {{ landed_rows('klaviyo', 'event') }}

),

metrics as (

    {{ landed_rows('klaviyo', 'metric') }}

),

campaigns as (

    {{ landed_rows('klaviyo', 'campaign') }}

),

flows as (

    {{ landed_rows('klaviyo', 'flow') }}

),

named as (

    select
        landed.*,
        lower(replace(coalesce(metrics.name, landed.type), ' ', '_')) as name,
        landed.property_list as list_name,
        landed.property_value as value,
        landed.property_subject as subject,
        landed.property_url as url,
        landed.property_page as page_url,
        landed.property_product_name as product_name,
        landed.property_bounce_type as bounce_type,
        coalesce(campaigns.name, landed.property_campaign_name) as campaign_name,
        flows.name as flow_name
    from landed
    left join metrics on landed.metric_id = metrics.id
    left join campaigns on landed.campaign_id = campaigns.id
    left join flows on landed.flow_id = flows.id
    where landed._fivetran_deleted is not true

),

typed as (

    select
        named.*,
        case
            when name = 'bounced_email' and lower(bounce_type) = 'soft' then 'email_soft_bounce'
            when name = 'bounced_email' then 'email_bounce'
            {%- for called, type in types.items() %}
            when name = '{{ called }}' then '{{ type }}'
            {%- endfor %}
            else name
        end as event_type
    from named

),

events as (

    select
        'klaviyo:event:' || id as event_id,
        event_type,
        typed.datetime as occurred_at,
        'klaviyo:' || person_id as contact_id,
        {{ path_of_url('coalesce(page_url, url)') }} as page_path,
        coalesce(campaign_id, flow_id) as campaign_id,
        -- Other events have those that Klaviyo puts them down to.
        case when event_type like 'email%' or event_type = 'unsubscribe' then coalesce(flow_message_id, campaign_id) end as email_id,
        property_product_id as content_id,
        case
            when event_type = 'email_open' then property_machine_open
            when event_type = 'email_click' then property_bot_click
        end as is_machine,
        {{ row_json(
            ['campaign_name', 'flow_name', 'subject', 'url', 'page_url', 'list_name', 'product_name', 'value', 'bounce_type'], 'typed'
        ) }} as properties,
        _fivetran_synced as loaded_at
    from typed

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'page_path', 'campaign_id', 'email_id', 'content_id', 'is_machine',
    'properties', 'loaded_at'
]) }}
