{#
    For a project on Spark that has lead_scoring as a package: a copy of this file in its folder macros. dbt takes a package's own way
    of making tables, and of loading seeds, only if the project says so. Everything that isn't lead_scoring's is made as ever.
#}

{% materialization table, adapter='spark' -%}
    {%- if model.package_name == 'lead_scoring' -%}
        {{- return(lead_scoring.materialization_table_spark()) -}}
    {%- endif -%}
    {{- return(dbt.materialization_table_spark()) -}}
{%- endmaterialization %}


{% materialization incremental, adapter='spark' -%}
    {%- if model.package_name == 'lead_scoring' -%}
        {{- return(lead_scoring.materialization_incremental_spark()) -}}
    {%- endif -%}
    {{- return(dbt.materialization_incremental_spark()) -}}
{%- endmaterialization %}


{# The seeds of lead_scoring: the package's own, and those in a folder lead_scoring of the project. #}

{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set loader = lead_scoring if 'lead_scoring' in model.fqn else dbt -%}
    {{- return(loader.spark__create_csv_table(model, agate_table)) -}}
{%- endmacro %}


{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set loader = lead_scoring if 'lead_scoring' in model.fqn else dbt -%}
    {{- return(loader.spark__load_csv_rows(model, agate_table)) -}}
{%- endmacro %}
