{{- config(enabled=is_source_read("stg_shopify__checkouts")) -}}

-- Checkouts that were begun: by a customer, or by whom the address belongs to.
with checkouts as (

    {{ landed_rows('shopify', 'abandoned_checkout') }}

),

customers as (

    {{ landed_rows('shopify', 'customer') }}

),

addresses as (

    select
        {{ email_address('email') }} as address,
        id as customer_id,
        row_number() over (partition by {{ email_address('email') }} order by coalesce(_fivetran_deleted, false), id) as place
    from customers
    where email is not null

),

events as (

    select
        'shopify:abandoned_checkout:' || checkouts.id as event_id,
        'checkout_start' as event_type,
        checkouts.created_at as occurred_at,
        'shopify:' || coalesce(checkouts.customer_id, addresses.customer_id) as contact_id,
        {{ row_json(['total_price', 'completed_at'], 'checkouts') }} as properties,
        checkouts._fivetran_synced as loaded_at
    from checkouts
    left join addresses on {{ email_address('checkouts.email') }} = addresses.address and addresses.place = 1
    where checkouts._fivetran_deleted is not true

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'properties', 'loaded_at']) }}
