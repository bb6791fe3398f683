{# A quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). #}

{% macro quantile(expression, share) -%}
    {{- adapter.dispatch('quantile')(expression, share) -}}
{%- endmacro %}

{% macro default__quantile(expression, share) -%}
    quantile_cont(cast({{ expression }} as double), {{ share }})
{%- endmacro %}

{% macro spark__quantile(expression, share) -%}
    percentile(cast({{ expression }} as double), {{ share }})
{%- endmacro %}
