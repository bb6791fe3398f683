{{- config(enabled=is_source_read("stg_mailchimp__email_events")) -}}

-- Whom a member's id stands for. It is made of the address: contacts and events go by the one that isn't.
with members as (

    {{ landed_rows('mailchimp', 'member') }}

)

select
    id as member_id,
    coalesce(max(unique_email_id), id) as address_id,
    bool_or(status = 'subscribed') as is_subscribed
from members
group by id
