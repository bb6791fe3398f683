{{- config(enabled=is_source_read("stg_salesforce__contacts")) -}}

-- Contacts and leads. A lead that was converted is merged into the contact that it became.
with contacts as (

    {{ landed_rows('salesforce', 'contact') }}

),

leads as (

    {{ landed_rows('salesforce', 'lead') }}

),

accounts as (

    {{ landed_rows('salesforce', 'account') }}

),

mapped as (

    select
        'salesforce:' || contacts.id as contact_id,
        contacts.created_date as created_at,
        coalesce(contacts.last_modified_date, contacts.created_date) as updated_at,
        contacts.email,
        contacts.phone,
        contacts.first_name,
        contacts.last_name,
        contacts.title as job_title,
        accounts.name as company_name,
        accounts.number_of_employees as company_size,
        accounts.industry,
        'salesforce:' || contacts.account_id as account_id,
        contacts.mailing_postal_code as postal_code,
        contacts.mailing_city as city,
        contacts.mailing_country_code as country,
        contacts.birthdate as birth_date,
        case when contacts.has_opted_out_of_email then false else {{ consent_unless_opted_out('salesforce') }} end as email_consent,
        'salesforce:' || contacts.master_record_id as merged_into,
        case when contacts.is_deleted then contacts._fivetran_synced end as deleted_at,
        {{ row_json(['department', 'lead_source'] + contact_attributes('salesforce'), 'contacts') }} as attributes,
        greatest(contacts._fivetran_synced, accounts._fivetran_synced) as loaded_at
    from contacts
    left join accounts on contacts.account_id = accounts.id

    union all

    select
        'salesforce:' || leads.id as contact_id,
        leads.created_date as created_at,
        coalesce(leads.last_modified_date, leads.created_date) as updated_at,
        leads.email,
        leads.phone,
        leads.first_name,
        leads.last_name,
        leads.title as job_title,
        leads.company as company_name,
        leads.number_of_employees as company_size,
        leads.industry,
        null as account_id,
        leads.postal_code,
        leads.city,
        leads.country_code as country,
        null as birth_date,
        case when leads.has_opted_out_of_email then false else {{ consent_unless_opted_out('salesforce') }} end as email_consent,
        'salesforce:' || coalesce(leads.converted_contact_id, leads.master_record_id) as merged_into,
        case when leads.is_deleted then leads._fivetran_synced end as deleted_at,
        {{ row_json(['lead_source', 'status', 'rating'] + contact_attributes('salesforce'), 'leads') }} as attributes,
        leads._fivetran_synced as loaded_at
    from leads

)

{{ as_raw_rows('contacts', 'mapped', raw_registry()['contacts'] | map(attribute='name') | list) }}
