{% macro operator_rows() -%}
    {# Operators, a row for each type of field: [operator, type, what it takes, all that suit the type, whether it does]. #}
    {%- set registry = operator_registry() -%}
    {%- set rows = [] -%}
    {%- for type in registry['='].types -%}
        {%- set suitable = [] -%}
        {%- for operator, described in registry.items() if type in described.types -%}
            {%- do suitable.append(operator) -%}
        {%- endfor -%}
        {%- for operator, described in registry.items() -%}
            {%- do rows.append([operator, type, described.takes, suitable | join(', '), operator in suitable]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(rows) -}}
{%- endmacro %}
