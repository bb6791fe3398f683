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
    {{- regexp_matches_sql(expression, literal(regexp_pattern(pattern))) -}}
{%- endmacro %}

{# A pattern that means the same on every engine. #}
{% macro regexp_pattern(pattern) -%}
    {{- return(adapter.dispatch('regexp_pattern')(pattern)) -}}
{%- endmacro %}

{% macro default__regexp_pattern(pattern) -%}
    {{- return(pattern) -}}
{%- endmacro %}

{#
    To Java `$` also stands before a last line break, and `.` for no line break of any kind. Here `$` is the end and `\n` alone
    breaks lines. Tokens: an escaped character, a class in brackets, any other character.
#}
{% macro spark__regexp_pattern(pattern) -%}
    {%- set tokens = modules.re.findall('\\\\.|\\[\\^?\\]?(?:\\\\.|[^\\]\\\\])*\\]|.', pattern, modules.re.DOTALL) -%}
    {%- set translated = [] -%}
    {%- for token in tokens -%}
        {%- do translated.append('\\z' if token == '$' else token) -%}
    {%- endfor -%}
    {{- return('(?d)' ~ (translated | join)) -}}
{%- endmacro %}

{# Null where the engine can't read the pattern. #}
{% macro regexp_is_valid(pattern) -%}
    {{- adapter.dispatch('regexp_is_valid')(pattern) -}}
{%- endmacro %}

{% macro default__regexp_is_valid(pattern) -%}
    try(regexp_matches('', {{ pattern }})) is not null
{%- endmacro %}

{% macro spark__regexp_is_valid(pattern) -%}
    try_reflect('java.util.regex.Pattern', 'matches', {{ pattern }}, '') is not null
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

{# The first values of a group as one text, in the order of `place`. #}
{% macro joined_values(expression, separator, place, limit) -%}
    {{- adapter.dispatch('joined_values')(expression, separator, place, limit) -}}
{%- endmacro %}

{% macro default__joined_values(expression, separator, place, limit) -%}
    array_to_string(list({{ expression }} order by {{ place }})[1:{{ limit }}], {{ literal(separator) }})
{%- endmacro %}

{% macro spark__joined_values(expression, separator, place, limit) -%}
    array_join(
        slice(
            transform(
                array_sort(collect_list(struct({{ place }} as place, {{ expression }} as value))),
                element -> element.value
            ), 1, {{ limit }}
        ), {{ literal(separator) }}
    )
{%- endmacro %}

{# A text in Unicode's normal form C. #}
{% macro composed(expression) -%}
    {{- adapter.dispatch('composed')(expression) -}}
{%- endmacro %}

{% macro default__composed(expression) -%}
    nfc_normalize({{ expression }})
{%- endmacro %}

{# Spark has no such function, but a library (ICU) that has; asked where it matters only. #}
{% macro spark__composed(expression) -%}
    case
            when octet_length({{ expression }}) = length({{ expression }}) then {{ expression }}
            when {{ expression }} is not null then reflect('com.ibm.icu.text.Normalizer', 'compose', {{ expression }}, false)
        end
{%- endmacro %}

{# Whether a text holds certain words, whole: no letter, digit or underscore stands before or after. Case doesn't count. #}
{% macro holds_words(expression, words) -%}
    contains(lower({{ expression }}), lower({{ words }}))
        and {{ regexp_matches_sql(
            'lower(' ~ expression ~ ')',
            literal(regexp_pattern('(^|[^\\p{L}\\p{Nd}_])')) ~ ' || ' ~ regexp_quoted('lower(' ~ words ~ ')')
            ~ ' || ' ~ literal(regexp_pattern('([^\\p{L}\\p{Nd}_]|$)'))
        ) }}
{%- endmacro %}

{# A text as a pattern in which nothing has a meaning of its own. #}
{% macro regexp_quoted(expression) -%}
    {{- adapter.dispatch('regexp_quoted')(expression) -}}
{%- endmacro %}

{% macro default__regexp_quoted(expression) -%}
    regexp_escape({{ expression }})
{%- endmacro %}

{% macro spark__regexp_quoted(expression) -%}
    concat('\\Q', replace({{ expression }}, '\\E', '\\E\\\\E\\Q'), '\\E')
{%- endmacro %}

{# The path of a page's address, without host, query and fragment: `/` where it ends with the host; null if it is no address. #}
{% macro path_of_url(expression) -%}
    {%- set pattern = literal(regexp_pattern('^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)')) -%}
    case
            when {{ regexp_matches(expression, '^[A-Za-z][A-Za-z0-9+.-]*://') }}
                then coalesce(nullif(regexp_extract({{ expression }}, {{ pattern }}, 1), ''), '/')
        end
{%- endmacro %}
