{%- set text = dbt.type_string() -%}
-- The keys of raw tables of which a row has come since the last run, with all contacts and visitors that their rows name.
select distinct
    'events' as source_table,
    event_id as row_id,
    cast(null as bigint) as line_number,
    contact_id,
    anonymous_id
from {{ ref('int_new_events') }}

union all

select distinct
    'transactions' as source_table,
    transaction_id as row_id,
    line_number,
    contact_id,
    cast(null as {{ text }}) as anonymous_id
from {{ ref('int_new_lines') }}

union all

select distinct
    'contacts' as source_table,
    contact_id as row_id,
    cast(null as bigint) as line_number,
    contact_id,
    cast(null as {{ text }}) as anonymous_id
from (

    {{ new_rows('contacts', ref('stg_contacts'), ['contact_id']) }}

) as versions

union all

select distinct
    'score_adjustments' as source_table,
    adjustment_id as row_id,
    cast(null as bigint) as line_number,
    contact_id,
    cast(null as {{ text }}) as anonymous_id
from (

    {{ new_rows('score_adjustments', ref('stg_score_adjustments'), ['adjustment_id']) }}

) as adjustments
