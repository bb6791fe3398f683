-- Nobody is in a segment that asks for consent without having given it, no address leaves that may not be mailed, and every member
-- is a contact that exports may tell of.
select
    members.segment_id,
    members.contact_id,
    contacts.email_consent,
    contacts.email_status
from {{ ref('segment_members') }} as members
left join {{ ref('dim_segments') }} as segments on members.segment_id = segments.segment_id
left join {{ ref('segment_contacts') }} as contacts on members.contact_id = contacts.contact_id
where
    segments.segment_id is null
    or contacts.contact_id is null
    or (segments.requires_consent and contacts.email_consent is not true)
    or (contacts.email is not null and contacts.email_status != 'mailable')
