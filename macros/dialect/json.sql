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

{#
    The value under a path of keys as text; null where it is missing or JSON null. Keys may have dots in them: at each level all that
    is left of the path is tried as one key first, and a key that is there counts, with null too. Numbers are written out: what looks
    like `1e30` is a text.
#}
{% macro json_text(expression, path) -%}
    {{- adapter.dispatch('json_text')(expression, path) -}}
{%- endmacro %}

{% macro default__json_text(expression, path) -%}
    {%- if path | length > 1 -%}
    list_transform(
        {{ _values_there(expression, path) }}, lambda value: {{ _json_value_text('value') }}
    )[1]
    {%- else -%}
    {%- set pointer = literal(_json_pointers(path)[0]) -%}
    {%- set text = 'json_extract_string(' ~ expression ~ ', ' ~ pointer ~ ')' -%}
    case
        when {{ _has_exponent(text) }} and json_type({{ expression }}, {{ pointer }}) = 'DOUBLE'
            then {{ default__written_out(text) }}
        else {{ text }}
    end
    {%- endif -%}
{%- endmacro %}

{% macro spark__json_text(expression, path) -%}
    {%- set text = _json_value_at(expression, path, 'string') -%}
    case
        when {{ _has_exponent(text) }} and schema_of_variant({{ _json_value_at(expression, path, 'variant') }}) != 'STRING'
            then {{ spark__written_out(text) }}
        else {{ text }}
    end
{%- endmacro %}

{# The elements of the array under a path of keys, as a list of texts; of what is no array a list of one. #}
{% macro json_elements(expression, path) -%}
    {{- adapter.dispatch('json_elements')(expression, path) -}}
{%- endmacro %}

{% macro default__json_elements(expression, path) -%}
    list_transform(
        flatten(list_transform(
            {{ _values_there(expression, path) }},
            lambda value: case when json_type(value) = 'ARRAY' then json_extract(value, '$[*]') else [value] end
        )),
        lambda value: {{ _json_value_text('value') }}
    )
{%- endmacro %}

{% macro spark__json_elements(expression, path) -%}
    {%- set text = _json_value_at(expression, path, 'string') -%}
    case
        when schema_of_variant({{ _json_value_at(expression, path, 'variant') }}) like 'ARRAY%'
            then zip_with(
                from_json({{ text }}, 'array<string>'), from_json({{ text }}, 'array<variant>'),
                (element, typed) -> case
                    when {{ _has_exponent('element') }} and schema_of_variant(typed) != 'STRING'
                        then {{ spark__written_out('element') }}
                    else element
                end
            )
        else array({{ spark__json_text(expression, path) }})
    end
{%- endmacro %}

{# The value that a path leads to, as JSON, in a list of one; an empty list where there is none. #}
{% macro _values_there(expression, path) -%}
    {%- set pointers = [] -%}
    {%- for pointer in _json_pointers(path) -%}
        {%- do pointers.append(literal(pointer)) -%}
    {%- endfor -%}
    list_filter(json_extract({{ expression }}, [{{ pointers | join(', ') }}]), lambda value: value is not null)[1:1]
{%- endmacro %}

{#
    What a path of keys may mean, in the order in which it is tried. JSON pointers: unlike `$.a.b`, they have no wildcards, so any
    key is just a key.
#}
{% macro _json_pointers(path) -%}
    {%- set tokens = [] -%}
    {%- for key in path -%}
        {%- do tokens.append(key | replace('~', '~0') | replace('/', '~1')) -%}
    {%- endfor -%}
    {%- set pointers = [] -%}
    {%- for first in range(tokens | length) -%}
        {%- do pointers.append('/' ~ ((tokens[:first] + [tokens[first:] | join('.')]) | join('/'))) -%}
    {%- endfor -%}
    {{- return(pointers) -}}
{%- endmacro %}

{# Object by object as a map: in a path, some characters could not be part of a key. #}
{% macro _json_value_at(expression, path, type) -%}
    {%- set whole = literal(path | join('.')) -%}
    {%- set here = 'from_json(' ~ expression ~ ", 'map<string," ~ type ~ ">')[" ~ whole ~ ']' -%}
    {%- if path | length == 1 -%}
        {{- return(here) -}}
    {%- endif -%}
    {%- set object = 'from_json(' ~ expression ~ ", 'map<string,string>')" -%}
    {%- set nested = _json_value_at(object ~ '[' ~ literal(path[0]) ~ ']', path[1:], type) -%}
    {{- return('if(map_contains_key(' ~ object ~ ', ' ~ whole ~ '), ' ~ here ~ ', ' ~ nested ~ ')') -}}
{%- endmacro %}

{# A JSON value as text. #}
{% macro _json_value_text(value) -%}
    case
            when {{ _has_exponent(value) }} then {{ default__written_out(value) }}
            else json_extract_string({{ value }}, '$')
        end
{%- endmacro %}

{# Whether a text is a number as engines write very large and very small ones, if it is a number. #}
{% macro _has_exponent(text) -%}
    {{- regexp_matches(text, '^-?[0-9]([.][0-9]+)?[eE][-+]?[0-9]{1,3}$') -}}
{%- endmacro %}

{# Such a number with all its digits, and with a fraction where engines write one of a number that is less long. #}
{% macro default__written_out(text) -%}
    list_transform(
                [regexp_extract({{ text }}, '^(-?)([0-9])[.]?([0-9]*)[eE](.*)$', ['sign', 'first', 'rest', 'power'])],
                lambda part: part.sign || case
                    when part.power like '-%' then '0.' || repeat('0', -cast(part.power as integer) - 1) || part.first || part.rest
                    else rpad(part.first || part.rest, cast(part.power as integer) + 1, '0')
                end
            )[1]
{%- endmacro %}

{% macro spark__written_out(text) -%}
    {%- set digits = "regexp_replace(split_part(number, 'E', 1), '[-.]', '')" -%}
    {%- set power = "cast(split_part(number, 'E', 2) as int)" -%}
    element_at(transform(
                array(replace({{ text }}, '.0E', 'E')),
                number -> regexp_replace(number, '[0-9].*', '') || case
                    when {{ power }} < 0 then '0.' || repeat('0', -{{ power }} - 1) || {{ digits }}
                    when length({{ digits }}) > {{ power }} + 1
                        then substr({{ digits }}, 1, {{ power }} + 1) || '.' || substr({{ digits }}, {{ power }} + 2)
                    else rpad({{ digits }}, {{ power }} + 1, '0') || case when {{ power }} < 21 then '.0' else '' end
                end
            ), 1)
{%- endmacro %}

{# Columns of a relation as one JSON object. #}
{% macro row_json(columns, relation) -%}
    {#- A column that is named twice is told once. -#}
    {{- adapter.dispatch('row_json')(columns | unique | list, relation) -}}
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
    {#- Decimals below a millionth, zero with so many decimals too, come with an exponent; DuckDB writes them out. -#}
    {%- set written = namespace(sql="to_json(struct(" ~ fields | join(', ') ~ "), map('ignoreNullFields', 'false'))") -%}
    {%- for exponent in range(7, 11) -%}
        {%- set pattern = '([a-z_]":-?)([0-9])(?:[.]([0-9]+))?E-' ~ exponent ~ '([,}])' -%}
        {%- set plain = '$10.' ~ '0' * (exponent - 1) ~ '$2$3$4' -%}
        {%- set written.sql = 'regexp_replace(' ~ written.sql ~ ', ' ~ literal(pattern) ~ ', ' ~ literal(plain) ~ ')' -%}
    {%- endfor -%}
    {{- written.sql -}}
{%- endmacro %}
