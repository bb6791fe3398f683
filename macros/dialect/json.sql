{# JSON objects held as text. #}

{# The text itself where it is a JSON object, else null. #}
{% macro json_object(expression) -%}
    {{- adapter.dispatch('json_object')(expression) -}}
{%- endmacro %}

{% macro default__json_object(expression) -%}
    case when json_valid({{ expression }}) then case when json_type({{ expression }}) = 'OBJECT' then {{ expression }} end end
{%- endmacro %}

{% macro spark__json_object(expression) -%}
    case when json_object_keys({{ expression }}) is not null then {{ expression }} end
{%- endmacro %}

{# The value under a path of keys as text; null where it is missing or JSON null. #}
{% macro json_text(expression, path) -%}
    {{- adapter.dispatch('json_text')(expression, path) -}}
{%- endmacro %}

{# A JSON pointer: unlike `$.a.b`, it has no wildcards, so any key is just a key. #}
{% macro default__json_text(expression, path) -%}
    {%- set tokens = [] -%}
    {%- for key in path -%}
        {%- do tokens.append('/' ~ (key | replace('~', '~0') | replace('/', '~1'))) -%}
    {%- endfor -%}
    json_extract_string({{ expression }}, {{ literal(tokens | join) }})
{%- endmacro %}

{% macro spark__json_text(expression, path) -%}
    {%- set tokens = [] -%}
    {%- for key in path -%}
        {%- do tokens.append("['" ~ key ~ "']") -%}
    {%- endfor -%}
    get_json_object({{ expression }}, {{ literal('$' ~ (tokens | join)) }})
{%- endmacro %}

{# Columns of a relation as one JSON object. #}
{% macro row_json(columns, relation) -%}
    {{- adapter.dispatch('row_json')(columns, relation) -}}
{%- endmacro %}

{% macro default__row_json(columns, relation) -%}
    cast(json_object({% for column in columns %}{{ literal(column) }}, {{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}) as varchar)
{%- endmacro %}

{% macro spark__row_json(columns, relation) -%}
    to_json(struct({% for column in columns %}{{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
