{# Text functions whose names or patterns differ between engines. #}

{# `pattern` is SQL: a literal or a column. True where the pattern occurs anywhere in the text. #}
{% macro regexp_matches_sql(expression, pattern) -%}
    {{- adapter.dispatch('regexp_matches_sql')(expression, pattern) -}}
{%- endmacro %}

{% macro default__regexp_matches_sql(expression, pattern) -%}
    regexp_matches({{ expression }}, {{ pattern }})
{%- endmacro %}

{% macro spark__regexp_matches_sql(expression, pattern) -%}
    regexp_like({{ expression }}, {{ pattern }})
{%- endmacro %}

{% macro regexp_matches(expression, pattern) -%}
    {{- regexp_matches_sql(expression, literal(pattern)) -}}
{%- endmacro %}

{# Null where the engine can't read the pattern. #}
{% macro regexp_is_valid(pattern) -%}
    {{- adapter.dispatch('regexp_is_valid')(pattern) -}}
{%- endmacro %}

{% macro default__regexp_is_valid(pattern) -%}
    try(regexp_matches('', {{ pattern }})) is not null
{%- endmacro %}

{# Spark has no `try` around an expression: a bad pattern stops the first query that uses it. #}
{% macro spark__regexp_is_valid(pattern) -%}
    true
{%- endmacro %}

{% macro starts_with(expression, prefix) -%}
    {{- adapter.dispatch('starts_with')(expression, prefix) -}}
{%- endmacro %}

{% macro default__starts_with(expression, prefix) -%}
    starts_with({{ expression }}, {{ prefix }})
{%- endmacro %}

{% macro spark__starts_with(expression, prefix) -%}
    startswith({{ expression }}, {{ prefix }})
{%- endmacro %}

{% macro ends_with(expression, suffix) -%}
    {{- adapter.dispatch('ends_with')(expression, suffix) -}}
{%- endmacro %}

{% macro default__ends_with(expression, suffix) -%}
    ends_with({{ expression }}, {{ suffix }})
{%- endmacro %}

{% macro spark__ends_with(expression, suffix) -%}
    endswith({{ expression }}, {{ suffix }})
{%- endmacro %}
