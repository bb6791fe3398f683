{{- config(enabled=is_source_read("stg_marketo__contacts")) -}}

-- Leads, and those that were merged into one of them: activities may name what is no more.
with leads as (

    {{ landed_rows('marketo', 'lead') }}

),

deletions as (

    {{ landed_rows('marketo', 'activity_delete_lead') }}

),

deleted as (

    select
        lead_id,
        max(activity_date) as deleted_at,
        max(_fivetran_synced) as loaded_at
    from deletions
    group by lead_id

),

mapped as (

    select
        'marketo:' || leads.id as contact_id,
        leads.created_at,
        coalesce(leads.updated_at, leads.created_at) as updated_at,
        leads.email,
        leads.phone,
        leads.first_name,
        leads.last_name,
        leads.title as job_title,
        leads.company as company_name,
        leads.number_of_employees as company_size,
        leads.industry,
        -- An account of Salesforce is the same one where that is read, too.
        coalesce('salesforce:' || leads.sfdc_account_id, 'marketo:' || leads.external_company_id) as account_id,
        leads.postal_code,
        leads.city,
        leads.country_code as country,
        leads.date_of_birth as birth_date,
        case
            when leads.unsubscribed or leads.email_invalid or leads.black_listed or leads.marketing_suspended then false
            else {{ consent_unless_opted_out('marketo') }}
        end as email_consent,
        'marketo:' || merged.survivor_id as merged_into,
        coalesce(deleted.deleted_at, case when leads._fivetran_deleted then leads._fivetran_synced end) as deleted_at,
        {{ row_json(
            ['lead_source', 'lead_status', 'sfdc_contact_id', 'sfdc_lead_id'] + contact_attributes('marketo'), 'leads'
        ) }} as attributes,
        greatest(leads._fivetran_synced, deleted.loaded_at, merged.loaded_at) as loaded_at
    from leads
    left join deleted on leads.id = deleted.lead_id
    left join {{ ref('stg_marketo__merges') }} as merged on leads.id = merged.merged_id

    union all

    {{ merged_away('marketo', 'leads', 'created_at', 'greatest(merged.loaded_at, survivors._fivetran_synced)') }}

)

{{ as_raw_rows('contacts', 'mapped', raw_registry()['contacts'] | map(attribute='name') | list) }}
