{% macro generate_schema_name(custom_schema_name, node) -%}
    {#
        Schemas are part of the contract (`marts`), so a custom schema's name is used as it stands, after var `schema_prefix`. Where this
        project is a package, dbt asks this macro for the package's nodes, and the other project's for all others.
    #}
    {%- if custom_schema_name -%}
        {{- ((var('schema_prefix', none) or '') ~ custom_schema_name) | trim -}}
    {%- else -%}
        {{- target.schema | trim -}}
    {%- endif -%}
{%- endmacro %}
