{# A text as a whole number of 60 bits, the same in every version and engine. #}

{% macro content_hash(expression) -%}
    {{- adapter.dispatch('content_hash')(expression) -}}
{%- endmacro %}

{% macro default__content_hash(expression) -%}
    cast('0x' || substr(md5({{ expression }}), 1, 15) as bigint)
{%- endmacro %}

{% macro spark__content_hash(expression) -%}
    cast(conv(substr(md5({{ expression }}), 1, 15), 16, 10) as bigint)
{%- endmacro %}
