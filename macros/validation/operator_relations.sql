{% macro operator_types() -%}
    {# The operators as a relation: a row for each type of field that one suits. -#}
    {%- set rows = [] -%}
    {%- for operator, described in operator_registry().items() -%}
        {%- for type in described.types -%}
            {%- do rows.append([operator, described.takes, type]) -%}
        {%- endfor -%}
    {%- endfor -%}
    select * from {{ inline_table(rows, ['operator', 'takes', 'field_type']) }}
{%- endmacro %}


{% macro operator_lists() -%}
    {# For each type of field, the operators that suit it, as text. -#}
    {%- set lists = {} -%}
    {%- for operator, described in operator_registry().items() -%}
        {%- for type in described.types -%}
            {%- do lists.setdefault(type, []).append(operator) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for type, operators in lists.items() -%}
        {%- do rows.append([type, operators | join(', ')]) -%}
    {%- endfor -%}
    select * from {{ inline_table(rows, ['field_type', 'operators']) }}
{%- endmacro %}
