{# Text to typed values; what can't be read is null. #}

{#
    A text as people mean it: in normal form C, without white space around it; null if it is nothing else. What is plain ASCII and begins
    and ends with a sign, as ids do, stays as it is: that is told in a tenth of the time.
#}
{% macro as_text(expression) -%}
    {{- adapter.dispatch('as_text')(expression) -}}
{%- endmacro %}

{# `trim` and not a pattern: what may fail isn't taken for a filter of the scan, and the planner would guess the rows wrong. #}
{% macro default__as_text(expression) -%}
    case
            when {{ expression }} is null then null
            when {{ expression }} >= '!' and substring({{ expression }}, -1) > ' ' and strlen({{ expression }}) = length({{ expression }})
                then {{ expression }}
            else nullif(trim({{ composed(expression) }}, {{ literal(_white_space()) }}), '')
        end
{%- endmacro %}

{% macro spark__as_text(expression) -%}
    {%- set signs = '[\\Q' ~ _white_space() ~ '\\E]+' -%}
    nullif(regexp_replace({{ composed(expression) }}, {{ literal('^' ~ signs ~ '|' ~ signs ~ '$') }}, ''), '')
{%- endmacro %}

{# The characters that have Unicode's property White_Space. #}
{% macro _white_space() -%}
    {{- return(
        '\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'
    ) -}}
{%- endmacro %}

{% macro points_type() -%}
    decimal(18, 8)
{%- endmacro %}

{% macro number_type() -%}
    decimal(38, 10)
{%- endmacro %}

{% macro as_number(expression) -%}
    {{- adapter.dispatch('as_number')(expression) -}}
{%- endmacro %}

{# Digits may not be grouped by underscores: `10_1` is text, not 101. #}
{% macro default__as_number(expression) -%}
    try_cast(case when not contains({{ expression }}, '_') then {{ expression }} end as {{ number_type() }})
{%- endmacro %}

{# Digits are those of ASCII. #}
{% macro spark__as_number(expression) -%}
    try_cast(case when not {{ regexp_matches(expression, "[^ -~\\s]") }} then {{ expression }} end as {{ number_type() }})
{%- endmacro %}

{# A number that can be summed over any number of rows: with more than 18 digits before the point it can't be read. #}
{% macro as_summand(expression) -%}
    {{ as_bounded(as_number(expression)) }}
{%- endmacro %}

{# A number as raw decimals are held; null if it has more than 18 digits before the point. #}
{% macro as_bounded(expression) -%}
    cast(try_cast({{ expression }} as decimal(28, 10)) as {{ number_type() }})
{%- endmacro %}

{#
    A plain number: an optional minus, digits without leading zeros, an optional fraction. `007`, `1E5`, `+7` and ` 7` are codes. As a
    pattern for the whole text.
#}
{% macro plain_number_pattern() -%}
    {{- return('-?(0|[1-9][0-9]*)([.][0-9]+)?') -}}
{%- endmacro %}

{% macro is_plain_number(expression) -%}
    {{- regexp_matches(expression, '^' ~ plain_number_pattern() ~ '$') -}}
{%- endmacro %}

{% macro as_double(expression) -%}
    try_cast({{ expression }} as double)
{%- endmacro %}

{% macro as_points(expression) -%}
    try_cast({{ as_number(expression) }} as {{ points_type() }})
{%- endmacro %}

{# `12` and `12.0` are integers, `12.5` is not: a plain cast would round it. #}
{% macro as_integer(expression) -%}
    case
        when {{ regexp_matches(expression, "^\\s*[+-]?[0-9]{1,18}(\\.0*)?\\s*$") }}
            then try_cast(try_cast({{ expression }} as decimal(38, 10)) as bigint)
    end
{%- endmacro %}

{% macro as_boolean(expression) -%}
    try_cast(trim({{ expression }}) as boolean)
{%- endmacro %}

{# Whether a UTC timestamp lies in the years 0001 to 9999, which every engine can hold. #}
{% macro in_calendar(instant) -%}
    {{ instant }} between timestamp '0001-01-01 00:00:00' and timestamp '9999-12-31 23:59:59.999999'
{%- endmacro %}

{# An instant as a UTC timestamp; one written with an offset is converted, one without is UTC. #}
{% macro as_utc_timestamp(expression) -%}
    {{- adapter.dispatch('as_utc_timestamp')(expression) -}}
{%- endmacro %}

{#
    A cast to `timestamp` would drop the offset; through `timestamptz` it counts (the session's zone is UTC). It passes over blanks at the
    end of some ways of writing an instant only; texts without any are read in one go.
#}
{% macro default__as_utc_timestamp(expression) -%}
    {%- set trimmed, zoned = 'rtrim(' ~ expression ~ ', ' ~ literal(' \t\n\x0c\r') ~ ')', ' as timestamp with time zone)' -%}
    {%- set instant = 'coalesce(try_cast(' ~ expression ~ zoned ~ ', try_cast(' ~ trimmed ~ zoned ~ ") at time zone 'UTC'" -%}
    case
        when {{ regexp_matches(expression, "^\\s*[0-9]{4}-") }}
            and {{ in_calendar(instant) }}
            then {{ instant }}
    end
{%- endmacro %}

{# Spark also reads a year or a month alone, hours without minutes and loose offsets, which DuckDB doesn't. #}
{% macro spark__as_utc_timestamp(expression) -%}
    {%- set instant = 'cast(try_cast(' ~ expression ~ ' as timestamp_ltz) as timestamp_ntz)' -%}
    case
        when {{ regexp_matches(expression, "^\\s*[0-9]{4}-[0-9]+-[0-9]+(\\s*$|[ T][0-9]+:[0-9]+)") }}
            and not {{ regexp_matches(expression, ":.*( [+-]|[+-][0-9]\\s*$)") }}
            and {{ in_calendar(instant) }}
            then {{ instant }}
    end
{%- endmacro %}

{% macro as_date(expression) -%}
    cast({{ as_utc_timestamp(expression) }} as date)
{%- endmacro %}

{# Numbers with up to ten decimals, divided towards zero. #}
{% macro whole_quotient(number, step) -%}
    {{- adapter.dispatch('whole_quotient')(number, step) -}}
{%- endmacro %}

{# A quotient of decimals would be a double; of whole numbers it is exact. #}
{% macro default__whole_quotient(number, step) -%}
    cast({{ number }} * 10000000000 as hugeint) // cast({{ step }} * 10000000000 as hugeint)
{%- endmacro %}

{% macro spark__whole_quotient(number, step) -%}
    {{ number }} div {{ step }}
{%- endmacro %}

{# Points times a number, exactly rounded, where they are less than 10^10 in size and the number less than 10^18. #}
{% macro points_times(points, number) -%}
    cast({{ adapter.dispatch('exact_product')(points, number) }} as {{ points_type() }})
{%- endmacro %}

{% macro default__exact_product(points, number) -%}
    {{ points }} * cast({{ number }} as decimal(28, 10))
{%- endmacro %}

{# A product, and a sum, of more than 38 digits lose decimals: the number is taken in two parts, and less than 10^10 comes out. #}
{% macro spark__exact_product(points, number) -%}
    cast({{ points }} * cast({{ number }} % 100000000 as decimal(18, 10)) as decimal(28, 18))
            + cast(
                cast({{ points }} * cast({{ number }} div 100000000 as decimal(10, 0)) as decimal(18, 8)) * cast(100000000 as decimal(9, 0))
                as decimal(18, 8)
            )
{%- endmacro %}

{% macro score_type() -%}
    decimal(28, 2)
{%- endmacro %}

{# A sum of points as it is published: rounded half away from zero. What fits in 64 bits is rounded there, in a fifth of the time. #}
{% macro published_score(points) -%}
    case
            when {{ points }} between -1000000000 and 1000000000 then cast(cast({{ points }} as decimal(18, 8)) as decimal(18, 2))
            else cast({{ points }} as {{ score_type() }})
        end
{%- endmacro %}
