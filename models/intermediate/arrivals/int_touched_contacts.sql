{%- set changed -%}
select contact_id
from {{ ref('int_changed_contacts') }}
where contact_id is not null
{%- endset -%}
{#- Any version counts: whom a contact was merged into before gives back what it got. -#}
{%- set merges -%}
select
    contact_id,
    merged_into as other_id
from {{ ref('stg_contacts') }}
where merged_into is not null

union

select
    merged_into as contact_id,
    contact_id as other_id
from {{ ref('stg_contacts') }}
where merged_into is not null
{%- endset -%}
-- The contacts that an incremental run rescores: those about whom something is new, and all whom merges tie to one of them.
{%- if is_full_run() %}
-- This is a full run: it rescores everybody.
select cast(null as {{ dbt.type_string() }}) as contact_id
where false
{%- else %}
{{ reachable(changed, merges) }}
{%- endif %}
