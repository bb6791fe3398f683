{% macro generate_schema_name(custom_schema_name, node) -%}
    {# Schemas are part of the contract (`marts`), so a custom schema's name is used as it stands. #}
    {{- (custom_schema_name or target.schema) | trim -}}
{%- endmacro %}
