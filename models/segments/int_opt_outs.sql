{{- config(materialized="view", tags=["constant"]) -}}

{#- Not a part of the query: an engine would read it whole, and not only what the contacts of the run did. -#}
{% set opt_outs -%}
(
    select
        contact_key,
        visitor_key,
        {{ is_event_of(['unsubscribe_events']) }} as is_unsubscription,
        {{ is_event_of(['bounce_events']) }} as is_bounce,
        occurred_at
    from {{ ref('int_events') }}
    where {{ is_event_of(['unsubscribe_events', 'bounce_events']) }} and not is_machine
) as opt_outs
{%- endset -%}

-- The events up to as_of by which the contacts of this run unsubscribed, or mail to them bounced, a row each: under the contact that
-- they name, merged and deleted ones too.
select
    contacts.contact_key,
    opt_outs.is_unsubscription,
    opt_outs.is_bounce,
    opt_outs.occurred_at
from {{ opt_outs }}
inner join {{ ref('run_contacts') }} as contacts
    on
        opt_outs.contact_key = contacts.contact_key
        and opt_outs.occurred_at <= contacts.as_of

union all

-- Of visitors who have been identified, those that don't say who it was.
select
    contacts.contact_key,
    opt_outs.is_unsubscription,
    opt_outs.is_bounce,
    opt_outs.occurred_at
from {{ ref('int_identifications') }} as identifications
inner join {{ ref('run_contacts') }} as contacts on identifications.contact_key = contacts.contact_key
inner join {{ opt_outs }}
    on
        identifications.visitor_key = opt_outs.visitor_key
        and {{ in_turn('opt_outs.occurred_at', 'identifications') }}
where opt_outs.contact_key is null and opt_outs.occurred_at <= contacts.as_of
