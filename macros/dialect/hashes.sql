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


{# Columns of a row as a whole number of 64 bits: quick, and another one in another engine or version of it. #}

{% macro row_hash(columns) -%}
    {{- adapter.dispatch('row_hash')(columns) -}}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro row_hash_type() -%}
    {{- return(adapter.dispatch('row_hash_type')()) -}}
{%- endmacro %}

{% macro default__row_hash_type() -%}
    {{- return('ubigint') -}}
{%- endmacro %}

{% macro spark__row_hash_type() -%}
    {{- return('bigint') -}}
{%- endmacro %}
