{{- config(enabled=is_source_read("stg_mautic__contacts")) -}}

-- The company that each contact belongs to first of all.
with companies as (

    {{ landed_rows('mautic', 'companies') }}

),

members as (

    {{ landed_rows('mautic', 'companies_leads') }}

),

placed as (

    select
        members.lead_id,
        members.company_id,
        companies.companyname as company_name,
        companies.companyindustry as industry,
        companies.companynumber_of_employees as company_size,
        greatest(members._fivetran_synced, members.date_added, companies._fivetran_synced) as loaded_at,
        row_number() over (
            partition by members.lead_id
            order by coalesce(members.is_primary, false) desc, members.date_added desc nulls last, members.company_id desc
        ) as place
    from members
    left join companies on members.company_id = companies.id
    where members._fivetran_deleted is not true

)

select
    lead_id,
    company_id,
    company_name,
    industry,
    company_size,
    loaded_at
from placed
where place = 1
