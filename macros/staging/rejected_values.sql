{% macro rejected_values(table, row_key) -%}
    {#
        A row for each value of a raw table that is missing though required, or can't be read as its type; in an incremental
        run only of the rows that have arrived. What is published of a row, and the reason, go without personal columns.
        `row_key` is the SQL of the row's id, over raw columns as text.
    #}
    {%- set header = raw_header(table) -%}
    {%- if not header -%}
    {%- set texts = ['source_table', 'row_key', 'reason', 'row_json', 'published_json'] -%}
    {{ kept_rows(none, dict(dict.fromkeys(texts, dbt.type_string()), loaded_at='timestamp')) }}
    {%- else -%}
    {%- set present = raw_registry()[table] | selectattr('name', 'in', header) | list -%}
    {%- set published = present | rejectattr('personal') | map(attribute='name') | list -%}
    select
        {{ literal(table) }} as source_table,
        {{ row_key }} as row_key,
        {{ explode_present(_problem_list(table, header)) }} as reason,
        {{ row_json(present | map(attribute='name') | list, 'raw_rows') }} as row_json,
        {{ row_json(published, 'raw_rows') if published else literal('{}') }} as published_json,
        {{ staged_value({'name': 'loaded_at', 'type': 'timestamp'}, header) }} as loaded_at
    from {{ raw_source(table) if is_full_run() else arrived_source(table) }} as raw_rows
    {%- endif -%}
{%- endmacro %}


{% macro _problem_list(table, header) -%}
    {%- set problems = [] -%}
    {%- for column in raw_registry()[table] -%}
        {%- if column.name not in header -%}
            {%- if column.required -%}
                {%- do problems.append(literal(column.name ~ ' is missing; the row is left out')) -%}
            {%- endif -%}
        {%- else -%}
            {%- set what = {
                'decimal': 'a number', 'points': 'a number of points', 'integer': 'a whole number', 'boolean': 'true or false',
                'timestamp': 'a timestamp', 'date': 'a date', 'json': 'a JSON object',
            }.get(column.type, 'text') -%}
            {%- set text = cell_text(column.name, header[column.name]) -%}
            {%- set unread = read_value(column, header[column.name]) ~ ' is null' -%}
            {%- set message = literal(column.name ~ " can't be read as " ~ what ~ ": '") ~ ' || left(' ~ text ~ ", 100) || '''" -%}
            {%- if column.personal -%}
                {%- set message = literal(column.name ~ " can't be read as " ~ what) ~ " || '" -%}
            {%- endif -%}
            {%- if column.required -%}
                {%- do problems.append(
                    'case when ' ~ unread ~ ' then case when ' ~ as_text(text) ~ ' is null then '
                    ~ literal(column.name ~ ' is missing; the row is left out') ~ ' else ' ~ message ~ "; the row is left out' end end"
                ) -%}
            {%- elif column.type not in ('identifier', 'text') -%}
                {%- do problems.append(
                    'case when ' ~ unread ~ ' then case when ' ~ as_text(text) ~ ' is not null then ' ~ message
                    ~ "; the value is left out' end end"
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{- problems | join(',\n            ') -}}
{%- endmacro %}


{% macro raw_text(table, column) -%}
    {# A raw column as text for a key, as it is read; null if the table hasn't got it. #}
    {%- set header = raw_header(table) -%}
    {%- if column in header -%}
        {{- as_text(cell_text(column, header[column])) -}}
    {%- else -%}
        {{- 'cast(null as ' ~ dbt.type_string() ~ ')' -}}
    {%- endif -%}
{%- endmacro %}
