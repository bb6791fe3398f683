{{- config(enabled=is_source_read()) -}}

-- What is wrong with rows that connectors have landed: cells that can't be read, and rows without something that is needed.
{% set problems = unread_cells() -%}
{% for problem in problems -%}
{{ problem }}

union all

{% endfor -%}
{% for table in tables_with_source_rows() -%}
{%- set columns = raw_registry()[table] -%}
{%- set missing -%}
{%- for column in columns | selectattr('required') -%}
case when {{ column.name }} is null then {{ literal(column.name ~ ' is missing; the row is left out') }} end{{ ',\n            ' if not loop.last }}
{%- endfor -%}
{%- endset -%}
select
    source_model as source_table,
    {{ "transaction_id || ':' || line_number" if table == 'transactions' else columns[0].name }} as row_key,
    {{ explode_present(missing) }} as reason,
    {{ row_json(columns | map(attribute='name') | list, 'landed') }} as row_json,
    {{ row_json(columns | rejectattr('personal') | map(attribute='name') | list, 'landed') }} as published_json,
    loaded_at
from {{ ref('source_' ~ table) }} as landed
where not ({{ required_are_present(table) }})
{%- if not loop.last %}

union all

{% endif %}
{%- endfor %}
