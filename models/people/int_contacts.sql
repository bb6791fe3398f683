{{- config(materialized="incremental", schema="store", incremental_strategy="run_contacts") -}}

-- Every contact that has arrived, and who is scored for what it did: itself, the survivor of its merge, or nobody.
with current_versions as (

    select
        versions.contact_key,
        versions.account_id,
        versions.job_title,
        versions.contact_created_at as created_at,
        versions.deleted_at is not null and versions.deleted_at <= {{ as_of() }} as is_deleted
    from {{ ref('int_contact_versions') }} as versions
    inner join {{ ref('run_contacts') }} as contacts on versions.contact_key = contacts.contact_key
    where versions.is_current

),

resolved as (

    select
        current_versions.*,
        coalesce(merged.survivor_key, current_versions.contact_key) as survivor_key
    from current_versions
    left join {{ ref('int_merges') }} as merged on current_versions.contact_key = merged.contact_key

),

job_titles as (

    select distinct job_title
    from current_versions
    where job_title is not null

),

-- Of the roles that a job title names, that of the longest text, then the weightiest.
roles as (

    select
        job_titles.job_title,
        roles.weight,
        row_number() over (
            partition by job_titles.job_title
            order by length(roles.job_title_contains) desc, roles.weight desc
        ) as place
    from job_titles
    inner join {{ ref('config_account_roles') }} as roles
        on {{ holds_words('job_titles.job_title', 'roles.job_title_contains') }}

)

select
    resolved.contact_key,
    case when not survivors.is_deleted then survivors.contact_key end as survivor_key,
    resolved.account_id,
    coalesce(roles.weight, 1) as account_weight,
    resolved.created_at
from resolved
inner join current_versions as survivors on resolved.survivor_key = survivors.contact_key
left join roles on resolved.job_title = roles.job_title and roles.place = 1
