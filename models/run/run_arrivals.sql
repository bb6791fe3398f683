-- depends_on: {{ ref('run_plan') }}{{ ', ' ~ ref('source_rows_read') if is_source_read() }}

{%- set text = dbt.type_string() -%}
-- Whom the raw rows name that have come since the last run, or older rows with the same ids: contacts and visitors.
select
    contact_id,
    anonymous_id
from {{ ref('run_new_events') }}

union

select
    contact_id,
    cast(null as {{ text }}) as anonymous_id
from {{ ref('run_new_lines') }}

union

select
    contact_id,
    cast(null as {{ text }}) as anonymous_id
from (

    {{ new_rows('contacts', ref('stg_contacts'), ['contact_id']) }}

) as versions

union

select
    contact_id,
    cast(null as {{ text }}) as anonymous_id
from (

    {{ new_rows('score_adjustments', ref('stg_score_adjustments'), ['adjustment_id']) }}

) as adjustments
{%- if is_source_read() %}

union

-- Whom vendors' rows name that differ, or named before.
select
    contact_id,
    anonymous_id
from {{ ref('run_source_rows') }}

union

select
    merged_into as contact_id,
    cast(null as {{ text }}) as anonymous_id
from {{ ref('run_source_rows') }}
where merged_into is not null
{%- endif %}
