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
