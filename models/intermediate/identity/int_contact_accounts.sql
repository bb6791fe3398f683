-- The account and the weight of each contact that is scored and has an account.
with current_versions as (

    select
        contacts.contact_id,
        versions.account_id,
        versions.job_title
    from {{ ref('int_contacts') }} as contacts
    inner join {{ ref('int_contact_versions') }} as versions
        on
            contacts.contact_id = versions.contact_id
            and versions.is_current
    where versions.account_id is not null

)

-- Of several roles that a job title names, the weightiest counts; without a role the weight is 1.
select
    current_versions.contact_id,
    current_versions.account_id,
    coalesce(max(roles.weight), 1) as weight
from current_versions
left join {{ ref('config_account_roles') }} as roles
    on contains(current_versions.job_title, roles.job_title_contains)
group by current_versions.contact_id, current_versions.account_id
