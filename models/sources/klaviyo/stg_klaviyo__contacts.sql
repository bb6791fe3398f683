{{- config(enabled=is_source_read("stg_klaviyo__contacts")) -}}

-- Profiles, and whether Klaviyo mails them.
with people as (

    {{ landed_rows('klaviyo', 'person') }}

),

exclusions as (

    {{ landed_rows('klaviyo', 'global_exclusion') }}

),

excluded as (

    select
        person_id,
        bool_or(_fivetran_deleted is not true) as is_excluded,
        max(reason) filter (where _fivetran_deleted is not true) as exclusion_reason,
        max(_fivetran_synced) as loaded_at
    from exclusions
    group by person_id

),

told as (

    select
        people.*,
        excluded.is_excluded,
        excluded.exclusion_reason,
        excluded.loaded_at as excluded_loaded_at
    from people
    left join excluded on people.id = excluded.person_id

),

contacts as (

    select
        'klaviyo:' || id as contact_id,
        created as created_at,
        coalesce(updated, created) as updated_at,
        email,
        phone_number as phone,
        first_name,
        last_name,
        title as job_title,
        organization as company_name,
        zip as postal_code,
        city,
        country,
        -- Whom Klaviyo itself doesn't mail hasn't agreed, whatever was agreed before.
        case
            when is_excluded or subscriptions_email_marketing_can_receive_email_marketing is false then false
            when upper(subscriptions_email_marketing_consent) = 'UNSUBSCRIBED' then false
            when upper(subscriptions_email_marketing_consent) = 'SUBSCRIBED' then true
            else {{ consent_unless_opted_out('klaviyo') }}
        end as email_consent,
        case when _fivetran_deleted then _fivetran_synced end as deleted_at,
        {{ row_json(['external_id', 'region', 'exclusion_reason'] + contact_attributes('klaviyo'), 'told') }} as attributes,
        greatest(_fivetran_synced, excluded_loaded_at) as loaded_at
    from told

)

{{ as_raw_rows('contacts', 'contacts', [
    'contact_id', 'created_at', 'updated_at', 'email', 'phone', 'first_name', 'last_name', 'job_title', 'company_name', 'postal_code',
    'city', 'country', 'email_consent', 'deleted_at', 'attributes', 'loaded_at'
]) }}
