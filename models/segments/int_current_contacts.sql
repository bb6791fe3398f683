{{- config(materialized="incremental", incremental_strategy="run_contacts") -}}

-- The contacts that are scored, as their current version tells, and whether they may be mailed. All of a version's columns:
-- whatever segments name, nothing that scores depends on it.
with currents as (

    select versions.*
    from {{ ref('int_contact_versions') }} as versions
    inner join {{ ref('run_contacts') }} as contacts on versions.contact_key = contacts.contact_key
    inner join {{ ref('int_contacts') }} as people
        on
            versions.contact_key = people.contact_key
            and people.survivor_key = people.contact_key
    where versions.is_current

),

known as (

    select
        currents.*,
        case
            when currents.email is null or trim(currents.email) = '' then 'missing'
            when opt_outs.unsubscribed_at is not null then 'unsubscribed'
            when opt_outs.bounced_at is not null then 'bounced'
            when currents.email_consent then 'mailable'
            else 'no consent'
        end as email_status
    from currents
    left join {{ ref('int_opt_outs') }} as opt_outs on currents.contact_key = opt_outs.contact_key

)

select
    known.* {{ except_columns(['version_number', 'is_current', 'valid_from', 'valid_to', 'contact_created_at']) }},
    {{ content_hash(columns_as_text(exported_contact_columns(), 'known')) }} as profile_hash
from known
