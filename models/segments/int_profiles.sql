{{- config(materialized="incremental", schema="store", incremental_strategy="run_contacts") -}}

{#-
    The columns of a contact that leave in exports: a change of one is an update of the member. So is one of email_status,
    which others who have the address decide too.
#}
{%- set exported = [
    'email', 'phone', 'first_name', 'last_name', 'job_title', 'company_name', 'company_size', 'industry',
    'account_id', 'postal_code', 'city', 'country', 'birth_date', 'email_consent', 'attributes',
] %}

-- The contacts that are scored, as their current version tells. All of a version's columns: whatever segments name, nothing that
-- scores depends on it.
with currents as (

    select versions.*
    from {{ ref('int_contact_versions') }} as versions
    inner join {{ ref('run_contacts') }} as contacts on versions.contact_key = contacts.contact_key
    inner join {{ ref('int_contacts') }} as people
        on
            versions.contact_key = people.contact_key
            and people.survivor_key = people.contact_key
    where versions.is_current

)

select
    currents.* {{ except_columns(['version_number', 'is_current', 'valid_from', 'valid_to', 'contact_created_at']) }},
    {{ email_address('currents.email') }} as address,
    {{ can_be_address(email_address('currents.email')) }} as is_address,
    {{ content_hash(columns_as_text(exported, 'currents')) }} as profile_hash
from currents
