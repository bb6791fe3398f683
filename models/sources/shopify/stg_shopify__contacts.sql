{{- config(enabled=is_source_read("stg_shopify__contacts")) -}}

-- Customers, with their first address and their tags.
with customers as (

    {{ landed_rows('shopify', 'customer') }}

),

addresses as (

    {{ landed_rows('shopify', 'customer_address') }}

),

tags as (

    {{ landed_rows('shopify', 'customer_tag') }}

),

first_addresses as (

    select
        addresses.*,
        row_number() over (partition by customer_id order by coalesce(is_default, false) desc, id) as place
    from addresses

),

tag_lists as (

    select
        customer_id,
        {{ joined_values('value', ', ', 'index', 1000) }} as tags,
        max(_fivetran_synced) as loaded_at
    from tags
    where value is not null
    group by customer_id

),

told as (

    select
        customers.*,
        tag_lists.tags,
        tag_lists.loaded_at as tags_loaded_at
    from customers
    left join tag_lists on customers.id = tag_lists.customer_id

),

contacts as (

    select
        'shopify:' || told.id as contact_id,
        told.created_at,
        coalesce(told.updated_at, told.created_at) as updated_at,
        told.email,
        told.phone,
        told.first_name,
        told.last_name,
        first_addresses.company as company_name,
        first_addresses.zip as postal_code,
        first_addresses.city,
        first_addresses.country_code as country,
        case
            when lower(told.email_marketing_consent_state) = 'subscribed' then true
            when lower(told.email_marketing_consent_state) in ('unsubscribed', 'redacted', 'invalid') then false
            when told.email_marketing_consent_state is null and told.accepts_marketing then true
            else {{ consent_unless_opted_out('shopify') }}
        end as email_consent,
        case when told._fivetran_deleted then told._fivetran_synced end as deleted_at,
        {{ row_json(['state', 'tags'] + contact_attributes('shopify'), 'told') }} as attributes,
        greatest(told._fivetran_synced, told.tags_loaded_at, first_addresses._fivetran_synced) as loaded_at
    from told
    left join first_addresses on told.id = first_addresses.customer_id and first_addresses.place = 1

)

{{ as_raw_rows('contacts', 'contacts', [
    'contact_id', 'created_at', 'updated_at', 'email', 'phone', 'first_name', 'last_name', 'company_name', 'postal_code', 'city', 'country',
    'email_consent', 'deleted_at', 'attributes', 'loaded_at'
]) }}
