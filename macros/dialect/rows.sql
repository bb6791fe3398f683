{# The order in which a small table's rows were written. Unit tests, whose rows have none, override this macro. #}
{% macro file_order() -%}
    {{- adapter.dispatch('file_order')() -}}
{%- endmacro %}

{% macro default__file_order() -%}
    order by rowid
{%- endmacro %}

{% macro spark__file_order() -%}
    order by {{ file_row_column() }}
{%- endmacro %}

{# The column in which a seed's rows keep their place on an engine whose tables have no order. #}
{% macro file_row_column() -%}
    {{- return('file_row') -}}
{%- endmacro %}

{#
    Before the bracket of a part of a query: it is computed once, as it stands. DuckDB would otherwise write its expressions into
    every condition further on, and compute them again there.
#}
{% macro kept_whole() -%}
    {{- adapter.dispatch('kept_whole')() -}}
{%- endmacro %}

{% macro default__kept_whole() -%}
    materialized
{%- endmacro %}

{% macro spark__kept_whole() -%}
{%- endmacro %}
