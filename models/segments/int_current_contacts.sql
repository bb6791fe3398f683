{{- config(materialized="view", schema="store", tags=["constant"]) -}}

-- The contacts that are scored, and whether their addresses may be mailed (contract 9, email_status). An address is judged by all
-- who have or had it, whether or not this run is about them.
with addresses as (

    select
        address,
        bool_or(fact = 'unsubscribed') as is_unsubscribed,
        bool_or(fact = 'bounced') as is_bounced,
        bool_or(fact = 'withdrawn') as is_withdrawn,
        bool_or(fact = 'consented') as is_consented
    from {{ ref('int_address_facts') }}
    where address is not null
    group by address

),

-- They stay unsubscribed at whatever address they have now.
unsubscribers as (

    select distinct contact_key
    from {{ ref('int_address_facts') }}
    where fact = 'unsubscribed'

)

select
    profiles.*,
    case
        when profiles.address is null then 'missing'
        when addresses.is_unsubscribed or unsubscribers.contact_key is not null then 'unsubscribed'
        when addresses.is_bounced then 'bounced'
        when addresses.is_withdrawn then 'withdrawn'
        when not profiles.is_address then 'invalid'
        when addresses.is_consented then 'mailable'
        else 'no consent'
    end as email_status
from {{ ref('int_profiles') }} as profiles
left join addresses on profiles.address = addresses.address
left join unsubscribers on profiles.contact_key = unsubscribers.contact_key
