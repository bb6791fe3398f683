{{- config(materialized="view", tags=["constant"]) -}}

-- Who the scored contacts are, for people who look them up.
select
    contacts.contact_id,
    contacts.email,
    contacts.email_status,
    contacts.phone,
    contacts.first_name,
    contacts.last_name,
    contacts.job_title,
    contacts.company_name,
    contacts.industry,
    contacts.account_id,
    contacts.city,
    contacts.country,
    contacts.company_size,
    contacts.email_consent,
    contacts.created_at,
    contacts.updated_at
from {{ ref('int_current_contacts') }} as contacts
