-- The contacts that are, or were, in a segment and are still scored: what exports and syncs may tell of them.
with ever_members as (

    select distinct contact_id
    from {{ ref('segment_changes') }}

)

select
    contacts.contact_id,
    case when contacts.email_status = 'mailable' then contacts.email end as email,
    contacts.email as email_on_file,
    contacts.email_status,
    contacts.phone,
    contacts.first_name,
    contacts.last_name,
    contacts.job_title,
    contacts.company_name,
    contacts.industry,
    contacts.account_id,
    contacts.postal_code,
    contacts.city,
    contacts.country,
    contacts.attributes,
    contacts.company_size,
    contacts.email_consent,
    contacts.birth_date,
    contacts.created_at
from {{ ref('int_current_contacts') }} as contacts
inner join ever_members on contacts.contact_id = ever_members.contact_id
