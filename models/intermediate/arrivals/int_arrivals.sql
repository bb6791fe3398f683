{%- set text = dbt.type_string() %}
{%- set tables = [
    ('events', ref('stg_events'), ['event_id'], 'event_id', 'null', 'anonymous_id'),
    ('transactions', ref('stg_transactions'), ['transaction_id', 'line_number'], 'transaction_id', 'line_number', 'null'),
    ('contacts', ref('stg_contacts'), ['contact_id'], 'contact_id', 'null', 'null'),
    ('score_adjustments', ref('stg_score_adjustments'), ['adjustment_id'], 'adjustment_id', 'null', 'null'),
] -%}

-- The keys of raw tables of which a row has come since the last run, with all contacts and visitors that their rows name.
{%- for table, staged, key, row_id, line_number, anonymous_id in tables %}
select distinct
    '{{ table }}' as source_table,
    cast({{ row_id }} as {{ text }}) as row_id,
    cast({{ line_number }} as bigint) as line_number,
    cast(contact_id as {{ text }}) as contact_id,
    cast({{ anonymous_id }} as {{ text }}) as anonymous_id
from {{ staged }}
{%- if is_full_run() %}
-- A full run reads everything.
where false
{%- else %}
where
    ({{ key | join(', ') }}) in (
        select
            {{ key | join(',\n            ') }}
        from {{ staged }}
        where {{ has_arrived(table, 'loaded_at') }}
    )
{%- endif %}
{%- if not loop.last %}

union all

{% endif %}
{%- endfor %}
