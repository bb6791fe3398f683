{{- config(enabled=is_source_read("stg_hubspot__contacts")) -}}

-- Contacts, and those that were merged into one of them: their activities may name what is no more.
with contacts as (

    {{ landed_rows('hubspot', 'contact') }}

),

companies as (

    {{ landed_rows('hubspot', 'company') }}

),

mapped as (

    select
        'hubspot:' || contacts.id as contact_id,
        contacts.property_createdate as created_at,
        coalesce(contacts.property_lastmodifieddate, contacts.property_createdate) as updated_at,
        contacts.property_email as email,
        contacts.property_phone as phone,
        contacts.property_firstname as first_name,
        contacts.property_lastname as last_name,
        contacts.property_jobtitle as job_title,
        coalesce(companies.property_name, contacts.property_company) as company_name,
        companies.property_numberofemployees as company_size,
        coalesce(companies.property_industry, contacts.property_industry) as industry,
        'hubspot:' || contacts.property_associatedcompanyid as account_id,
        contacts.property_zip as postal_code,
        contacts.property_city as city,
        contacts.property_country as country,
        contacts.property_date_of_birth as birth_date,
        case
            when contacts.property_hs_email_optout then false
            when lower(contacts.property_hs_legal_basis) like '%freely given consent%' then true
            else {{ consent_unless_opted_out('hubspot') }}
        end as email_consent,
        'hubspot:' || merged.survivor_id as merged_into,
        case when contacts._fivetran_deleted then contacts._fivetran_synced end as deleted_at,
        {{ row_json(['property_lifecyclestage', 'property_hs_lead_status'] + contact_attributes('hubspot'), 'contacts') }} as attributes,
        greatest(contacts._fivetran_synced, companies._fivetran_synced, merged.loaded_at) as loaded_at
    from contacts
    left join companies on contacts.property_associatedcompanyid = companies.id
    left join {{ ref('stg_hubspot__merges') }} as merged on contacts.id = merged.merged_id

    union all

    {{ merged_away('hubspot', 'contacts', 'property_createdate', 'greatest(merged.loaded_at, survivors._fivetran_synced)') }}

)

{{ as_raw_rows('contacts', 'mapped', raw_registry()['contacts'] | map(attribute='name') | list) }}
