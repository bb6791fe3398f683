{% macro id_prefix(kind, id) -%}
    {# The beginning of an entry's id; escaped, so that no two ids run together into the same text. #}
    {{ literal(kind ~ ':') }} || replace(replace({{ id }}, '%', '%25'), ':', '%3A') || ':'
{%- endmacro %}
