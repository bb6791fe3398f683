{%- if source_models('contacts') -%}
-- depends_on: {{ ref('run_source_rows') }}

{% endif -%}
-- The contacts that this run scores: everybody in a full run, else those about whom something is new, and all whom merges tie
-- to one of them. Whatever computes something for a contact reads its rows by this table.
{%- set changed -%}
select contacts.contact_key
from {{ ref('run_arrivals') }} as arrivals
inner join {{ ref('int_contact_keys') }} as contacts on arrivals.contact_id = contacts.contact_id

union

select events.contact_key
from {{ ref('int_events') }} as events
inner join {{ ref('run_visitors') }} as visitors on events.visitor_key = visitors.visitor_key
where events.contact_key is not null

union

select contact_key
from {{ ref('int_events') }}
where contact_key is not null and {{ has_come('occurred_at') }}

union

select contact_key
from {{ ref('int_transaction_lines') }}
where {{ has_come('occurred_at') }}

union

select contacts.contact_key
from {{ ref('stg_contacts') }} as staged
inner join {{ ref('int_contact_keys') }} as contacts on staged.contact_id = contacts.contact_id
where
    {{ has_come('staged.created_at') }}
    or {{ has_come('staged.updated_at') }}
    or {{ has_come('staged.deleted_at') }}

union

select contacts.contact_key
from {{ ref('stg_score_adjustments') }} as staged
inner join {{ ref('int_contact_keys') }} as contacts on staged.contact_id = contacts.contact_id
where
    {{ has_come('staged.adjusted_at') }}
    or {{ has_come('staged.deleted_at') }}
{%- endset %}
{#- Any version counts: whom a contact was merged into before gives back what it got. -#}
{%- set ties -%}
select
    contacts.contact_key,
    survivors.contact_key as other_key
from {{ ref('stg_contacts') }} as staged
inner join {{ ref('int_contact_keys') }} as contacts on staged.contact_id = contacts.contact_id
inner join {{ ref('int_contact_keys') }} as survivors on staged.merged_into = survivors.contact_id
where staged.merged_into is not null
{%- endset -%}
{%- set links -%}
{%- if merges_by_address() -%}
with ties as {{ kept_whole() }} (

    {{ ties }}

    union all

    select
        contact_key,
        other_key
    from ({{ ties_by_address() }}) as ties_by_address

)

select contact_key, other_key from ties
union
select other_key as contact_key, contact_key as other_key from ties
{%- else -%}
select contact_key, other_key from ({{ ties }}) as ties
union
select other_key as contact_key, contact_key as other_key from ({{ ties }}) as ties
{%- endif -%}
{%- endset %}
{%- if is_full_run() %}
-- This is a full run: it scores everybody.
select
    contact_key,
    contact_id,
    {{ as_of() }} as as_of
from {{ ref('int_contact_keys') }}
{%- else %}

select
    contacts.contact_key,
    contacts.contact_id,
    -- With each contact, so that an engine compares it with their activities, and not with all.
    {{ as_of() }} as as_of
from {{ ref('int_contact_keys') }} as contacts
inner join (

    {{ reachable(changed, links, keeps_links=merges_by_address()) }}

) as touched on contacts.contact_key = touched.contact_key
{%- endif %}
