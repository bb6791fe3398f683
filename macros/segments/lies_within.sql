{#
    Operators that take a duration. A day (a date column, a text like `2026-03-01`) begins at its first instant in var `time_zone`, so
    its bounds are days of that zone; an instant's bounds are instants.
#}

{% macro lies_within(operator, column, type, duration) -%}
    {# Whether a field's day or instant lies within a duration of as_of, as SQL; null where the field tells neither. #}
    {%- set length = duration_parts(duration.strip().lstrip('0'), operator) -%}
    {%- set text = 'trim(' ~ column ~ ')' -%}
    {%- if operator == 'anniversary within next' -%}
        {{- return(_returns_within(day_told(column, type), length)) -}}
    {%- elif type != 'text' -%}
        {{- return(column ~ ' between ' ~ _bounds(operator, length, type == 'date')) -}}
    {%- endif -%}
    {{- return(
        'case\n            when ' ~ tells_day(text) ~ ' then ' ~ as_date(text) ~ ' between ' ~ _bounds(operator, length, true)
        ~ '\n            else ' ~ as_utc_timestamp(text) ~ ' between ' ~ _bounds(operator, length, false) ~ '\n        end'
    ) -}}
{%- endmacro %}


{% macro _bounds(operator, length, of_days) -%}
    {# (as_of - length, as_of] or [as_of, as_of + length) as both ends of a `between`, of microseconds or of the days that begin then. #}
    {%- set now = as_of_instant() -%}
    {%- set moment = modules.datetime.timedelta(microseconds=1) -%}
    {%- if operator == 'within last' -%}
        {%- set before = _later(now, {'months': -length.months, 'microseconds': -length.microseconds}) -%}
        {%- set first = local_date(instant_literal(before)) ~ ' + 1' if of_days else instant_literal(before + moment) -%}
        {%- set last = now -%}
    {%- else -%}
        {%- set first = local_date(instant_literal(now)) if of_days else instant_literal(now) -%}
        {%- set last = _later(now, length) - moment -%}
    {%- endif -%}
    {{- return(first ~ ' and ' ~ (local_date(instant_literal(last)) if of_days else instant_literal(last))) -}}
{%- endmacro %}


{% macro _returns_within(day, length) -%}
    {#
        Whether a day of the year returns from as_of's day on, before that of as_of + length. Months and days as one number, 101 to 1231,
        tell it: those of 29 February are neighbours of 28 February, on which it returns in other years.
    #}
    {%- set first = _day_in_zone(as_of_instant()) -%}
    {%- set end = none if length.months > 12 or length.microseconds > 366 * 86400000000 else _day_in_zone(_later(as_of_instant(), length)) -%}
    {%- set begins = first.month * 100 + first.day -%}
    {%- set ends = end.month * 100 + end.day if end else begins -%}
    {%- set returns = 'cast(replace(substr(cast(' ~ day ~ ' as ' ~ dbt.type_string() ~ "), 6), '-', '') as integer)" -%}
    {%- if end == first -%}
        {{- return('false') -}}
    {%- elif end is none or ends == begins or (end - first).days > 365 -%}
        {{- return(day ~ ' is not null') -}}
    {%- elif begins < ends -%}
        {{- return(returns ~ ' between ' ~ begins ~ ' and ' ~ (ends - 1)) -}}
    {%- endif -%}
    {{- return(returns ~ ' not between ' ~ ends ~ ' and ' ~ (begins - 1)) -}}
{%- endmacro %}


{% macro _day_in_zone(instant) -%}
    {# The day of a datetime in UTC, in var `time_zone`. #}
    {%- set zone = modules.pytz.timezone(var('time_zone', 'UTC') | string) -%}
    {{- return(modules.pytz.utc.localize(instant).astimezone(zone).date()) -}}
{%- endmacro %}


{% macro _later(instant, length) -%}
    {# A datetime so many calendar months and microseconds later. #}
    {%- set month = instant.year * 12 + instant.month - 1 + length.months -%}
    {%- set first = instant.replace(year=month // 12, month=month % 12 + 1, day=1) -%}
    {%- set days = (first.replace(day=28) + modules.datetime.timedelta(days=4)).replace(day=1) - first -%}
    {{- return(
        first.replace(day=[instant.day, days.days] | min) + modules.datetime.timedelta(microseconds=length.microseconds)
    ) -}}
{%- endmacro %}


{% macro tells_day(text) -%}
    {# Whether a text without blanks around it has the shape of a day without a time, as SQL. #}
    {{- return(regexp_matches(text, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$')) -}}
{%- endmacro %}


{% macro day_told(column, type) -%}
    {# The day that a field tells, of an instant the day in var `time_zone`, as SQL; null where it tells none. #}
    {%- if type == 'date' -%}
        {{- return(column) -}}
    {%- elif type == 'timestamp' -%}
        {{- return(local_date(column)) -}}
    {%- endif -%}
    {%- set text = 'trim(' ~ column ~ ')' -%}
    {%- if var('time_zone', 'UTC') == 'UTC' -%}
        {{- return(as_date(text)) -}}
    {%- endif -%}
    {{- return(
        'case when ' ~ tells_day(text) ~ ' then ' ~ as_date(text) ~ ' else ' ~ local_date('(' ~ as_utc_timestamp(text) ~ ')') ~ ' end'
    ) -}}
{%- endmacro %}
