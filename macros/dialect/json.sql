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

{# Object by object as a map: in a path, some characters could not be part of a key. #}
{% macro spark__json_text(expression, path) -%}
    {%- set found = namespace(sql=expression) -%}
    {%- for key in path -%}
        {%- set found.sql = 'from_json(' ~ found.sql ~ ", 'map<string,string>')[" ~ literal(key) ~ ']' -%}
    {%- endfor -%}
    {{- found.sql -}}
{%- endmacro %}

{# Columns of a relation as one JSON object. #}
{% macro row_json(columns, relation) -%}
    {{- adapter.dispatch('row_json')(columns, relation) -}}
{%- endmacro %}

{% macro default__row_json(columns, relation) -%}
    cast(json_object({% for column in columns %}{{ literal(column) }}, {{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}) as varchar)
{%- endmacro %}

{% macro spark__row_json(columns, relation) -%}
    {%- set fields = [] -%}
    {%- for column in columns -%}
        {#- As text, an instant reads the same on each engine. -#}
        {%- set value = relation ~ '.' ~ column -%}
        {%- do fields.append(('cast(' ~ value ~ ' as string)' if column.endswith('_at') else value) ~ ' as ' ~ column) -%}
    {%- endfor -%}
    {#- Decimals below a millionth, zero with eight decimals too, come with an exponent; DuckDB writes them out. -#}
    {%- set written = namespace(sql="to_json(struct(" ~ fields | join(', ') ~ "), map('ignoreNullFields', 'false'))") -%}
    {%- for pattern, plain in [
        ('([a-z_]":-?)([0-9])E-8([,}])', '$10.0000000$2$3'),
        ('([a-z_]":-?)([0-9])[.]([0-9])E-7([,}])', '$10.000000$2$3$4'),
    ] -%}
        {%- set written.sql = 'regexp_replace(' ~ written.sql ~ ', ' ~ literal(pattern) ~ ', ' ~ literal(plain) ~ ')' -%}
    {%- endfor -%}
    {{- written.sql -}}
{%- endmacro %}
