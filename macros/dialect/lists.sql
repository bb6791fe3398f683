{# Lists made in a row and rows made of lists. #}

{# A row for each element that isn't null. #}
{% macro explode_present(elements) -%}
    {{- explode_present_in(list_of(elements ~ '\n            ')) -}}
{%- endmacro %}

{# The same for the elements of a list; no row if the list is null. #}
{% macro explode_present_in(elements) -%}
    {{- adapter.dispatch('explode_present_in')(elements) -}}
{%- endmacro %}

{% macro default__explode_present_in(elements) -%}
    unnest(list_filter(
            {{ elements }},
            lambda element: element is not null
        ))
{%- endmacro %}

{% macro spark__explode_present_in(elements) -%}
    explode(filter({{ elements }}, element -> element is not null))
{%- endmacro %}

{# A row for each of the whole numbers from 0 to `last` (SQL). #}
{% macro explode_range(last) -%}
    {{- adapter.dispatch('explode_range')(last) -}}
{%- endmacro %}

{% macro default__explode_range(last) -%}
    unnest(range(cast({{ last }} as bigint) + 1))
{%- endmacro %}

{% macro spark__explode_range(last) -%}
    explode(sequence(0, cast({{ last }} as bigint)))
{%- endmacro %}

{# A row for each part of a text split at a one-character separator. #}
{% macro explode_split(expression, separator) -%}
    {{- adapter.dispatch('explode_split')(expression, separator) -}}
{%- endmacro %}

{% macro default__explode_split(expression, separator) -%}
    unnest(string_split({{ expression }}, {{ literal(separator) }}))
{%- endmacro %}

{% macro spark__explode_split(expression, separator) -%}
    explode(split({{ expression }}, concat('\\Q', {{ literal(separator) }}, '\\E')))
{%- endmacro %}

{# `select relation.*` without some of its columns. #}
{% macro except_columns(names) -%}
    {{- adapter.dispatch('except_columns')(names) -}}
{%- endmacro %}

{% macro default__except_columns(names) -%}
    exclude ({{ names | join(', ') }})
{%- endmacro %}

{% macro spark__except_columns(names) -%}
    except ({{ names | join(', ') }})
{%- endmacro %}

{# Whether a condition on `element` holds for an element of a list. #}
{% macro has_element(elements, condition) -%}
    {{- adapter.dispatch('has_element')(elements, condition) -}}
{%- endmacro %}

{% macro default__has_element(elements, condition) -%}
    len(list_filter({{ elements }}, lambda element: {{ condition }})) > 0
{%- endmacro %}

{% macro spark__has_element(elements, condition) -%}
    exists({{ elements }}, element -> {{ condition }})
{%- endmacro %}

{# A list of one element, or of several between commas. #}
{% macro list_of(element) -%}
    {{- adapter.dispatch('list_of')(element) -}}
{%- endmacro %}

{% macro default__list_of(element) -%}
    [{{ element }}]
{%- endmacro %}

{% macro spark__list_of(element) -%}
    array({{ element }})
{%- endmacro %}

{% macro text_list_type() -%}
    {{- return(adapter.dispatch('text_list_type')()) -}}
{%- endmacro %}

{% macro default__text_list_type() -%}
    {{- return('varchar[]') -}}
{%- endmacro %}

{% macro spark__text_list_type() -%}
    {{- return('array<string>') -}}
{%- endmacro %}
