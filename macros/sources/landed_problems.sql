{% macro unread_cells() -%}
    {#
        Queries of the cells of landed tables that can't be read as the type that their description gives them, one for each table that
        may have some: columns that have such a type in the table hold nothing else.
    #}
    {%- set queries = [] -%}
    {%- for vendor in source_vendors() -%}
        {%- for landed in landed_tables(vendor) -%}
            {%- set problems = _unread_cells_of(landed) -%}
            {%- if problems -%}
                {%- do queries.append(_cells_query(landed, problems)) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(queries) -}}
{%- endmacro %}


{% macro _unread_cells_of(landed) -%}
    {# SQL of what is wrong with each cell of a row, null where nothing is; none for columns in which nothing can be. -#}
    {%- set numbers = ['integer', 'decimal', 'float'] -%}
    {%- set readable = {
        'timestamp': ['timestamp', 'timestamptz', 'date'] + numbers, 'date': ['timestamp', 'timestamptz', 'date'], 'boolean': ['boolean'],
        'integer': ['integer'], 'decimal': numbers,
    } -%}
    {%- set words = {
        'decimal': 'a number', 'integer': 'a whole number', 'boolean': 'true or false', 'timestamp': 'a timestamp', 'date': 'a date',
        'json': 'a JSON object',
    } -%}
    {%- set header = landed_header(landed.source_name, landed.name) -%}
    {%- set problems = [] -%}
    {%- for column in landed_columns(landed.source_name, landed.name) if column.type != 'text' -%}
        {%- for name in column.names if name in header and header[name] not in readable.get(column.type, []) -%}
            {%- set unread = landed_value(dict(column, names=[name]), header) ~ ' is null' -%}
            {%- set written = as_text(cell_text(quoted_identifier(name), header[name])) ~ ' is not null' -%}
            {%- do problems.append(
                'case when ' ~ unread ~ ' then case when ' ~ written ~ ' then '
                ~ literal(name ~ " can't be read as " ~ words[column.type] ~ '; the value is left out') ~ ' end end'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(problems) -}}
{%- endmacro %}


{% macro _cells_query(landed, problems) -%}
    {%- set header = landed_header(landed.source_name, landed.name) -%}
    {%- set columns = landed_columns(landed.source_name, landed.name) -%}
    {%- set key = [] -%}
    {%- for column in columns if column.name in landed.meta['key'] -%}
        {%- do key.append("coalesce(" ~ (landed_value(column, header) | trim) ~ ", '')") -%}
    {%- endfor -%}
    {%- set synced = columns | selectattr('name', 'equalto', landed.loaded_at_field) | first -%}
    select
        '{{ landed.source_name }}.{{ landed.name }}' as source_table,
        {{ key | join(" || ':' || ") }} as row_key,
        {{ explode_present(problems | join(',\n            ')) }} as reason,
        '{}' as row_json,
        '{}' as published_json,
        {{ landed_value(synced, header) | trim }} as loaded_at
    from {{ landed_relation(landed.source_name, landed.name) }}
{%- endmacro %}
