{{- config(enabled=is_source_read("stg_shopify__consent_changes")) -}}

-- The last word of each customer on mail, where it is known since when.
with customers as (

    {{ landed_rows('shopify', 'customer') }}

),

events as (

    select
        'shopify:customer:' || id || ':consent' as event_id,
        case
            when lower(email_marketing_consent_state) = 'unsubscribed' then 'unsubscribe'
            when lower(email_marketing_consent_state) = 'subscribed' then 'subscribe'
            when email_marketing_consent_state is null and accepts_marketing then 'subscribe'
        end as event_type,
        email_marketing_consent_updated_at as occurred_at,
        'shopify:' || id as contact_id,
        _fivetran_synced as loaded_at
    from customers
    where email_marketing_consent_updated_at is not null

),

changes as (

    select *
    from events
    where event_type is not null

)

{{ as_raw_rows('events', 'changes', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'loaded_at']) }}
