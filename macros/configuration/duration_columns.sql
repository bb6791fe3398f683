{% macro duration_columns(column, name) -%}
    {# A duration's text (`6 months`) as two columns: calendar months, and microseconds. Null where there is none. #}
    {%- set amount = "cast(split_part(trim(" ~ column ~ "), ' ', 1) as bigint)" -%}
    {%- set unit = "replace(split_part(trim(" ~ column ~ "), ' ', 2), 's', '')" -%}
    case {{ unit }}
        when 'month' then {{ amount }}
        when 'year' then {{ amount }} * 12
        else case when {{ column }} is not null then 0 end
    end as {{ name }}_months,
    case {{ unit }}
        when 'minute' then {{ amount }} * 60000000
        when 'hour' then {{ amount }} * 3600000000
        when 'day' then {{ amount }} * 86400000000
        when 'week' then {{ amount }} * 604800000000
        else case when {{ column }} is not null then 0 end
    end as {{ name }}_microseconds
{%- endmacro %}


{% macro duration_pattern() -%}
    {# A whole number, one space, a unit; at most seven digits, so that no instant leaves the calendar. #}
    {{- return('^\\s*[0-9]{1,7} (minute|hour|day|week|month|year)s?\\s*$') -}}
{%- endmacro %}


{% macro years_of_duration(expression) -%}
    {# How long a duration's text is, in years, more or less; null for what is no duration. #}
    case
            when {{ regexp_matches(expression, duration_pattern()) }} and not {{ regexp_matches(expression, '[^ 0-9a-z]') }}
                then try_cast(split_part(trim({{ expression }}), ' ', 1) as double) / case
                    when {{ expression }} like '%minute%' then 525960
                    when {{ expression }} like '%hour%' then 8766
                    when {{ expression }} like '%day%' then 365.25
                    when {{ expression }} like '%week%' then 52.1786
                    when {{ expression }} like '%month%' then 12
                    else 1
                end
        end
{%- endmacro %}
