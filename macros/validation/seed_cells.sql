{% macro cell_values() -%}
    {#- The seeds in one relation, a row a cell. -#}
    {%- for seed in seed_registry() %}
    {{ _cells_of(seed) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{% macro cells() -%}
    {#- The same, with what the registry says of each cell's column, and the value as messages show it. -#}
    select
        cell_values.seed,
        cell_values.row_number,
        cell_values.row_key,
        cell_values.column_name,
        cell_values.value,
        {{ shown('cell_values.value') }} as shown,
        seed_columns.column_type,
        seed_columns.is_required,
        seed_columns.above,
        seed_columns.at_least,
        seed_columns.at_most,
        seed_columns.allowed
    from cell_values
    inner join seed_columns
        on cell_values.seed = seed_columns.seed and cell_values.column_name = seed_columns.column_name
{%- endmacro %}


{% macro _cells_of(seed) -%}
    {# Every cell of a seed, a row each. -#}
    select
        {{ literal(seed) }} as seed,
        {{ seed }}.row_number,
        {{ seed_row_key(seed) }} as row_key,
        seed_columns.column_name,
        case seed_columns.column_name
        {%- for column in seed_registry()[seed] %}
            when {{ literal(column[0]) }} then {{ seed }}.{{ column[0] }}
        {%- endfor %}
        end as value
    from {{ seed }}
    inner join seed_columns on seed_columns.seed = {{ literal(seed) }}
{%- endmacro %}


{% macro key_columns(seed) -%}
    {# The columns that together name a row of a seed; empty where rows have no name of their own. -#}
    {%- set names = [] -%}
    {%- for column in seed_registry()[seed] if column[2].key -%}
        {%- do names.append(column[0]) -%}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro %}


{% macro seed_row_key(seed) -%}
    {# What a message calls a row: its key, or the id that it begins with. -#}
    {%- set columns = key_columns(seed) or [seed_registry()[seed][0][0]] -%}
    {%- if columns | length == 1 -%}
        {{- return(seed ~ '.' ~ columns[0]) -}}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append(seed ~ '.' ~ column) -%}
    {%- endfor -%}
    {{- return("concat_ws(':', " ~ (parts | join(', ')) ~ ')') -}}
{%- endmacro %}
