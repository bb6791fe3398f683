{{- config(enabled=is_source_read("stg_mautic__contacts")) -}}

-- Contacts of whom it is known who they are, and those that were merged into one of them: Mautic deletes these.
with leads as (

    {{ landed_rows('mautic', 'leads') }}

),

stages as (

    {{ landed_rows('mautic', 'stages') }}

),

do_not_contact as (

    {{ landed_rows('mautic', 'lead_donotcontact') }}

),

-- By the contact's own wish, or by the team's. What comes back is an event.
refused as (

    select
        lead_id,
        max(greatest(_fivetran_synced, date_added)) as loaded_at
    from do_not_contact
    where channel = 'email' and reason in (1, 3) and _fivetran_deleted is not true
    group by lead_id

),

told as (

    select
        leads.*,
        stages.name as stage,
        greatest(leads._fivetran_synced, leads.date_added, leads.date_identified, leads.date_modified) as loaded_at
    from leads
    left join stages on leads.stage_id = stages.id
    where leads.date_identified is not null or leads.email is not null

),

mapped as (

    select
        'mautic:' || told.id as contact_id,
        coalesce(told.date_added, told.date_identified) as created_at,
        greatest(told.date_added, told.date_identified, told.date_modified) as updated_at,
        told.email,
        coalesce(told.phone, told.mobile) as phone,
        told.firstname as first_name,
        told.lastname as last_name,
        told.position as job_title,
        coalesce(companies.company_name, told.company) as company_name,
        companies.company_size,
        companies.industry,
        'mautic:' || companies.company_id as account_id,
        told.zipcode as postal_code,
        told.city,
        told.country,
        null as birth_date,
        case when refused.lead_id is not null then false else {{ consent_unless_opted_out('mautic') }} end as email_consent,
        'mautic:' || merged.survivor_id as merged_into,
        case when told._fivetran_deleted then told.loaded_at end as deleted_at,
        {{ row_json(['points', 'stage', 'state'] + contact_attributes('mautic'), 'told') }} as attributes,
        greatest(told.loaded_at, companies.loaded_at, refused.loaded_at, merged.loaded_at) as loaded_at
    from told
    left join {{ ref('stg_mautic__first_companies') }} as companies on told.id = companies.lead_id
    left join refused on told.id = refused.lead_id
    left join {{ ref('stg_mautic__merges') }} as merged on told.id = merged.merged_id

    union all

    {{ merged_away('mautic', 'leads', 'date_added', 'merged.loaded_at', known='told') }}

)

{{ as_raw_rows('contacts', 'mapped', raw_registry()['contacts'] | map(attribute='name') | list) }}
