{#
    The types of a seed's columns: how a cell is read, and what a message says is allowed.
#}

{% macro what_is_allowed(type, options) -%}
    {# A column's allowed values, in words. -#}
    {%- set words = {
        'id': 'an id', 'text': 'any text', 'field': 'a field', 'choice': (options.one_of or []) | join(', '),
        'boolean': 'true, false', 'integer': 'a whole number', 'timestamp': 'an instant like 2026-10-31T12:00:00Z, or a date',
        'decimal': 'a number like 12.5, with at most 28 digits before the point and 10 after it',
        'points': 'a number like 12.5, with at most 10 digits before the point and 8 after it',
        'duration': '<n> <unit> like 6 months: a whole number above 0 and minute, hour, day, week, month or year'
            ~ ' (plural too), up to 1000 years',
    }[type] -%}
    {%- set limits = [] -%}
    {%- if options.above is defined -%}{%- do limits.append(', above ' ~ options.above) -%}{%- endif -%}
    {%- if options.at_least is defined -%}{%- do limits.append(', at least ' ~ options.at_least) -%}{%- endif -%}
    {%- if options.at_most is defined -%}{%- do limits.append(', at most ' ~ options.at_most) -%}{%- endif -%}
    {{- return(words ~ (limits | join)) -}}
{%- endmacro %}


{% macro unreadable_names() -%}
    {# The types that not every text can be read as, and what the text then is not. -#}
    {{- return({
        'points': 'is not a number that can be kept exactly', 'decimal': 'is not a number that can be kept exactly',
        'integer': 'is not a whole number', 'boolean': 'is neither true nor false',
        'timestamp': 'is not an instant', 'duration': 'is not a duration',
    }) -}}
{%- endmacro %}


{% macro can_be_read(type, expression) -%}
    {# Whether a text that is there is a value of the type. -#}
    {%- if type in ('points', 'decimal') -%}
        {%- set decimals = 8 if type == 'points' else 10 -%}
        {%- set pattern = "^\\s*[+-]?([0-9]+\\.?[0-9]{0," ~ decimals ~ "}0*|\\.[0-9]{1," ~ decimals ~ "}0*)([eE]\\+?[0-9]+)?\\s*$" -%}
        {%- set typed = as_points(expression) if type == 'points' else as_number(expression) -%}
        ({{ regexp_matches(expression, pattern) }} and {{ typed }} is not null)
    {%- elif type == 'integer' -%}
        ({{ as_integer(expression) }} is not null)
    {%- elif type == 'boolean' -%}
        ({{ as_boolean(expression) }} is not null)
    {%- elif type in ('timestamp', 'date') -%}
        (coalesce(extract(year from {{ as_utc_timestamp(expression) }}), 0) between 1 and 9999)
    {%- elif type == 'duration' -%}
        ({{ regexp_matches(expression, duration_pattern()) }} and not {{ regexp_matches(expression, '[^ 0-9a-z]') }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{% macro if_readable(type, expression) -%}
    {# The typed value of a cell; null where it can't be read, which is a mistake of its own. -#}
    case when {{ can_be_read(type, expression) }} then {{ {
        'points': as_points, 'decimal': as_number, 'timestamp': as_utc_timestamp,
    }[type](expression) }} end
{%- endmacro %}


{% macro duration_in_years(expression) -%}
    {# Roughly how long a duration is; null where it can't be read. -#}
    case when {{ can_be_read('duration', expression) }} then
        try_cast(split_part(trim({{ expression }}), ' ', 1) as double) / case
            when {{ expression }} like '%minute%' then 525960
            when {{ expression }} like '%hour%' then 8766
            when {{ expression }} like '%day%' then 365.25
            when {{ expression }} like '%week%' then 52.1786
            when {{ expression }} like '%month%' then 12
            else 1
        end
    end
{%- endmacro %}
