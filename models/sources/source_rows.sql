{{- config(enabled=is_source_read()) -}}

{% set text = dbt.type_string() -%}
{% set tables = tables_with_source_rows() -%}

-- What tells a row that connectors have landed from all others, and from what it was: its ids, whom it names, and what it says.
{% for table in tables -%}
select
    '{{ table }}' as source_table,
    source_model,
    {{ 'contact_id' if table == 'contacts' else 'event_id' if table == 'events' else 'transaction_id' }} as row_id,
    cast({{ 'line_number' if table == 'transactions' else '0' }} as bigint) as line_number,
    contact_id,
    {{ 'merged_into' if table == 'contacts' else 'cast(null as ' ~ text ~ ')' }} as merged_into,
    {{ 'anonymous_id' if table == 'events' else 'cast(null as ' ~ text ~ ')' }} as anonymous_id,
    {{ 'email' if table == 'contacts' else 'cast(null as ' ~ text ~ ')' }} as email,
    {{ row_hash(raw_registry()[table] | map(attribute='name') | list) }} as content
from {{ ref('source_' ~ table) }}
where
    {{ required_are_present(table) }}
{%- if not loop.last %}

union all

{% endif %}
{%- endfor %}
