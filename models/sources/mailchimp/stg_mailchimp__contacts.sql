{{- config(enabled=is_source_read("stg_mailchimp__contacts")) -}}

{% set traits = [
    'email_address', 'merge_fname', 'merge_lname', 'merge_phone', 'merge_company', 'country_code', 'language', 'member_rating', 'vip'
] + contact_attributes('mailchimp') -%}

-- Addresses, over all audiences that they are in: of each trait what the row says that changed last.
with members as (

    {{ landed_rows('mailchimp', 'member') }}

),

audiences as (

    {{ landed_rows('mailchimp', 'list') }}

),

placed as (

    select
        members.*,
        coalesce(members.last_changed, members.timestamp_opt, members.timestamp_signup) as changed_at,
        row_number() over (
            partition by members.id
            order by coalesce(members.last_changed, members.timestamp_opt, members.timestamp_signup) nulls first, members.list_id
        ) as place
    from members

),

latest_ones as (

    select
        id,
        {%- for trait in traits %}
        max_by({{ trait }}, place) filter (where {{ trait }} is not null) as {{ trait }},
        {%- endfor %}
        bool_or(status = 'subscribed') as is_subscribed,
        bool_or(status in ('unsubscribed', 'cleaned')) as is_lost,
        bool_or(status = 'transactional') as is_customer,
        min(least(timestamp_signup, timestamp_opt, last_changed)) as created_at,
        max(changed_at) as updated_at,
        max(_fivetran_synced) as loaded_at,
        coalesce(max(unique_email_id), id) as address_id
    from placed
    group by id

),

subscriptions as (

    select
        placed.id,
        {{ joined_values('audiences.name', ', ', 'audiences.name', 1000) }} as audiences
    from placed
    inner join audiences on placed.list_id = audiences.id
    where placed.status = 'subscribed' and audiences.name is not null
    group by placed.id

),

told as (

    select
        latest_ones.*,
        subscriptions.audiences
    from latest_ones
    left join subscriptions on latest_ones.id = subscriptions.id

),

contacts as (

    select
        'mailchimp:' || address_id as contact_id,
        created_at,
        updated_at,
        email_address as email,
        merge_phone as phone,
        merge_fname as first_name,
        merge_lname as last_name,
        merge_company as company_name,
        country_code as country,
        -- Who is left in one audience may be mailed. Who was sent receipts alone hasn't opted out.
        case
            when is_subscribed then true
            when is_lost then false
            when is_customer then {{ consent_unless_opted_out('mailchimp') }}
        end as email_consent,
        {{ row_json(['audiences', 'language', 'member_rating', 'vip'] + contact_attributes('mailchimp'), 'told') }} as attributes,
        loaded_at
    from told

)

{{ as_raw_rows('contacts', 'contacts', [
    'contact_id', 'created_at', 'updated_at', 'email', 'phone', 'first_name', 'last_name', 'company_name', 'country', 'email_consent',
    'attributes', 'loaded_at'
]) }}
