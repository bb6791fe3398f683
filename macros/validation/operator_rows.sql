{% macro operator_rows() -%}
    {#
        Operators, a row for each type of field, in segments and elsewhere: [operator, type, whether in segments, what it takes, all
        that suit the type there, whether it does].
    #}
    {%- set registry = operator_registry() -%}
    {%- set rows = [] -%}
    {%- for in_segments in [false, true] -%}
        {%- for type in registry['='].types -%}
            {%- set suitable = [] -%}
            {%- for operator, described in registry.items() if type in described.types and (in_segments or not described.only_in) -%}
                {%- do suitable.append(operator) -%}
            {%- endfor -%}
            {%- for operator, described in registry.items() if in_segments or not described.only_in -%}
                {%- do rows.append(
                    [operator, type, in_segments, described.takes, suitable | join(', '), operator in suitable]
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(rows) -}}
{%- endmacro %}
