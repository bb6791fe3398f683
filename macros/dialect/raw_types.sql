{% macro type_class(data_type) -%}
    {# A column's engine type as one of: text, integer, decimal, float, boolean, date, timestamp, timestamptz, json, nested, other. #}
    {{- return(adapter.dispatch('type_class')(data_type | lower)) -}}
{%- endmacro %}

{% macro default__type_class(data_type) -%}
    {%- if data_type.endswith(']') or data_type.startswith(('struct', 'map', 'union', 'array')) -%}
        {{- return('nested') -}}
    {%- elif data_type.startswith('decimal') -%}
        {{- return('decimal') -}}
    {%- endif -%}
    {{- return({
        'varchar': 'text', 'json': 'json', 'boolean': 'boolean', 'date': 'date',
        'timestamp with time zone': 'timestamptz', 'timestamp': 'timestamp', 'timestamp_s': 'timestamp',
        'timestamp_ms': 'timestamp', 'timestamp_ns': 'timestamp', 'float': 'float', 'double': 'float',
        'tinyint': 'integer', 'smallint': 'integer', 'integer': 'integer', 'bigint': 'integer', 'hugeint': 'integer',
        'utinyint': 'integer', 'usmallint': 'integer', 'uinteger': 'integer', 'ubigint': 'integer', 'uhugeint': 'integer',
    }.get(data_type, 'other')) -}}
{%- endmacro %}

{% macro spark__type_class(data_type) -%}
    {%- if data_type.startswith(('struct', 'map', 'array', 'variant')) -%}
        {{- return('nested') -}}
    {%- elif data_type.startswith('decimal') -%}
        {{- return('decimal') -}}
    {%- endif -%}
    {{- return({
        'string': 'text', 'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamptz', 'timestamp_ntz': 'timestamp',
        'float': 'float', 'double': 'float', 'tinyint': 'integer', 'smallint': 'integer', 'int': 'integer', 'bigint': 'integer',
    }.get(data_type, 'other')) -}}
{%- endmacro %}

{% macro instant_as_utc(expression) -%}
    {{- adapter.dispatch('instant_as_utc')(expression) -}}
{%- endmacro %}

{% macro default__instant_as_utc(expression) -%}
    {{ expression }} at time zone 'UTC'
{%- endmacro %}

{% macro spark__instant_as_utc(expression) -%}
    cast({{ expression }} as timestamp_ntz)
{%- endmacro %}

{# Files read as if they were a table. #}
{% macro files_as_relation(path) -%}
    {{- return(adapter.dispatch('files_as_relation')(path)) -}}
{%- endmacro %}

{% macro default__files_as_relation(path) -%}
    {{- return('read_parquet(' ~ literal(path) ~ ', union_by_name = true)') -}}
{%- endmacro %}

{% macro spark__files_as_relation(path) -%}
    {{- return('parquet.`' ~ path ~ '`') -}}
{%- endmacro %}
