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


{% macro seed_columns(headers) -%}
    {#
        The registry as a relation. `headers`: seed -> names of its columns. What a file lacks altogether isn't required
        row by row: that is one mistake of the whole seed.
    -#}
    {%- set rows = [] -%}
    {%- for seed, columns in seed_registry().items() -%}
        {%- for name, type, options in columns -%}
            {%- set there = headers[seed] is none or name in headers[seed] -%}
            {%- do rows.append([
                seed, name, type, options.get('required', false) and there,
                options.get('above'), options.get('at_least'), options.get('at_most'),
                what_is_allowed(type, options),
            ]) -%}
        {%- endfor -%}
    {%- endfor -%}
    select
        seed,
        column_name,
        column_type,
        is_required,
        cast(above as {{ number_type() }}) as above,
        cast(at_least as {{ number_type() }}) as at_least,
        cast(at_most as {{ number_type() }}) as at_most,
        allowed
    from {{ inline_table(rows, ['seed', 'column_name', 'column_type', 'is_required', 'above', 'at_least', 'at_most', 'allowed']) }}
{%- endmacro %}


{% macro seed_choices() -%}
    {# The choices of every column that has them. -#}
    {%- set rows = [] -%}
    {%- for seed, columns in seed_registry().items() -%}
        {%- for name, type, options in columns if type == 'choice' -%}
            {%- for choice in options.one_of -%}
                {%- do rows.append([seed, name, choice]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    select * from {{ inline_table(rows, ['seed', 'column_name', 'choice']) }}
{%- endmacro %}


{% macro seed_references() -%}
    {# The columns that refer to an id of another seed. -#}
    {%- set rows = [] -%}
    {%- for seed, columns in seed_registry().items() -%}
        {%- for name, type, options in columns if options.refers_to -%}
            {%- do rows.append([seed, name, options.refers_to[0], options.refers_to[1]]) -%}
        {%- endfor -%}
    {%- endfor -%}
    select * from {{ inline_table(rows, ['seed', 'column_name', 'to_seed', 'to_column']) }}
{%- endmacro %}
