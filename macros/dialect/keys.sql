{# Keys: whole numbers that stand for ids of text. They are given once, and never again to something else. #}

{#
    A new number for each row of a query, after the greatest in `column` of the model's own table where it keeps its rows. `place`:
    SQL of a number from 0 that no other row of the query has, if there is one: to count rows, DuckDB reads them one by one.
#}
{% macro new_key(column, place=none) -%}
    {%- if is_incremental() -%}
        (select coalesce(max({{ column }}), 0) from {{ this }}) + {{ row_count() }}
    {%- elif place -%}
        1 + {{ place }}
    {%- else -%}
        {{ row_count() }}
    {%- endif -%}
{%- endmacro %}

{# A whole number above 0 that no other row of the query has, in no order. #}
{% macro row_count() -%}
    {{- adapter.dispatch('row_count')() -}}
{%- endmacro %}

{% macro default__row_count() -%}
    row_number() over ()
{%- endmacro %}

{# Spark would send all rows to one task. These numbers have gaps: the task's number stands in their upper 31 bits. #}
{% macro spark__row_count() -%}
    1 + monotonically_increasing_id()
{%- endmacro %}

{# SQL of the place of a row in a raw table: a number from 0 that no other row of it has. Nothing where the engine knows none. #}
{% macro raw_place(table) -%}
    {{- adapter.dispatch('raw_place')(table) -}}
{%- endmacro %}

{# Of a table of this database, unless a column has that name; views, files and what vendors' rows are read beside have no such numbers. #}
{% macro default__raw_place(table) -%}
    {%- set source = raw_source(table) -%}
    {%- if execute and source is not none and source is not string and source.is_table and source.database == this.database
        and 'rowid' not in raw_header(table) and not source_models(table) -%}
        rowid
    {%- endif -%}
{%- endmacro %}

{% macro spark__raw_place(table) -%}
{%- endmacro %}
