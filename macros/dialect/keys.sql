{# Keys: whole numbers that stand for ids of text. They are given once, and never again to something else. #}

{# A new number for each row of a query, after the greatest in `column` of the model's own table where it keeps its rows. #}
{% macro new_key(column) -%}
    {%- if is_incremental() -%}
        (select coalesce(max({{ column }}), 0) from {{ this }}) + {{ row_count() }}
    {%- else -%}
        {{ row_count() }}
    {%- endif -%}
{%- endmacro %}

{# A whole number above 0 that no other row of the query has, in no order. #}
{% macro row_count() -%}
    {{- adapter.dispatch('row_count')() -}}
{%- endmacro %}

{% macro default__row_count() -%}
    row_number() over ()
{%- endmacro %}

{# Spark would send all rows to one task. These numbers have gaps: the task's number stands in their upper 31 bits. #}
{% macro spark__row_count() -%}
    1 + monotonically_increasing_id()
{%- endmacro %}
