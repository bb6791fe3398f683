{# The words of messages, and lists as relations. #}

{% macro shown(expression) -%}
    {# A value inside a message: in quotes, on one line, and no longer than a line. -#}
    '''' || replace(replace(
            case when length({{ expression }}) > 60 then substr({{ expression }}, 1, 57) || '...' else {{ expression }} end,
            chr(10), ' '
        ), chr(13), ' ') || ''''
{%- endmacro %}


{% macro listed(column) -%}
    {# The values of a group as one text: the first fifty, in order. -#}
    {{ joined_values(shown(column), ', ', column, 50) }} || case when count(*) > 50 then ', ...' else '' end
{%- endmacro %}


{% macro inline_table(rows, columns, name='listed') -%}
    {# A list of lists of values as a relation. -#}
    {%- set literal_of = adapter.dispatch('literal') -%}
    (
        values
        {%- for row in rows %}
        (
            {%- for value in row -%}
                {{ value | lower if value is boolean else value if value is number else literal_of(value) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as {{ name }} ({{ columns | join(', ') }})
{%- endmacro %}
