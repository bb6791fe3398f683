{% macro seed_rows(relation, seed) -%}
    {#
        The rows of a seed as text in normal form C, with every column of the registry: one that the file lacks is null, and so is a
        cell of white space. Ids lose it around them. `row_number` is the row's number in a spreadsheet, where the header is row 1; rows
        of which nothing is left, as spreadsheets write them, are passed over.
    #}
    {%- set header = seed_header(relation) -%}
    {%- set columns = seed_registry()[seed] -%}
    select *
    from (
        select
            row_number() over ({{ file_order() }}) + 1 as row_number,
            {%- for column in columns %}
            {%- set cell = 'cast(' ~ column[0] ~ ' as ' ~ dbt.type_string() ~ ')' %}
            {%- if header is none or column[0] in header %}
            {{ as_text(cell) if column[1] == 'id' else 'case when ' ~ as_text(cell) ~ ' is not null then ' ~ composed(cell) ~ ' end' }} as {{ column[0] }}
            {%- else %}
            cast(null as {{ dbt.type_string() }}) as {{ column[0] }}
            {%- endif %}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ relation }}
    ) as file_rows
    where coalesce(
        {{- columns | map(attribute=0) | join(', ') -}}
    ) is not null
{%- endmacro %}


{% macro seed_header(relation) -%}
    {# The names of a seed's columns, in lower case; none while dbt only parses. Unit tests override this macro. #}
    {%- if not execute -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- if relation.identifier not in known_seed_headers() -%}
        {%- do keep_seed_header(relation, adapter.get_columns_in_relation(relation) | map(attribute='name')) -%}
    {%- endif -%}
    {{- return(known_seed_headers()[relation.identifier] or none) -}}
{%- endmacro %}


{% macro keep_seed_header(relation, names) -%}
    {# Whoever loads a seed knows its columns, and many ask for them. #}
    {%- set header = names | map('lower') | reject('equalto', file_row_column()) | list -%}
    {%- do known_seed_headers().update({relation.identifier: header}) -%}
{%- endmacro %}


{% macro known_seed_headers() -%}
    {# Seed -> its columns, as far as this run knows them. #}
    {{- return(known_in_this_run().setdefault('seed_headers', {})) -}}
{%- endmacro %}
