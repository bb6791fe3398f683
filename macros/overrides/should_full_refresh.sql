{% macro should_full_refresh() -%}
    {#
        Takes the place of dbt's own: incremental models are made anew in every full run, one that was asked for or one that the
        plan of the run calls for.
    #}
    {%- set configured = config.get('full_refresh') -%}
    {%- if configured is not none -%}
        {{- return(configured) -}}
    {%- elif config.get('materialized') == 'incremental' and model.resource_type == 'model' -%}
        {{- return(flags.FULL_REFRESH or is_full_run()) -}}
    {%- endif -%}
    {{- return(flags.FULL_REFRESH) -}}
{%- endmacro %}
