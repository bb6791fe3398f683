{# Durations are a pair of columns, `<name>_months` and `<name>_microseconds`: months are calendar arithmetic. #}

{% macro add_duration(instant, months, microseconds) -%}
    {{- adapter.dispatch('add_duration')(instant, months, microseconds) -}}
{%- endmacro %}

{% macro default__add_duration(instant, months, microseconds) -%}
    {{ instant }} + to_months(cast({{ months }} as integer)) + to_microseconds({{ microseconds }})
{%- endmacro %}

{% macro spark__add_duration(instant, months, microseconds) -%}
    {{ instant }} + make_ym_interval(0, {{ months }}) + make_dt_interval(0, 0, 0, {{ microseconds }} / cast(1000000 as decimal(18, 6)))
{%- endmacro %}

{# SQL of the zone in which the session reads texts without an offset. #}
{% macro session_time_zone() -%}
    {{- return(adapter.dispatch('session_time_zone')()) -}}
{%- endmacro %}

{% macro default__session_time_zone() -%}
    {{- return("current_setting('TimeZone')") -}}
{%- endmacro %}

{% macro spark__session_time_zone() -%}
    {{- return('current_timezone()') -}}
{%- endmacro %}

{# A UTC timestamp as the clock reads in a zone. #}
{% macro local_time(instant, time_zone) -%}
    {{- instant if time_zone == 'UTC' else adapter.dispatch('local_time')(instant, time_zone) -}}
{%- endmacro %}

{% macro default__local_time(instant, time_zone) -%}
    ({{ instant }} at time zone 'UTC') at time zone {{ literal(time_zone) }}
{%- endmacro %}

{% macro spark__local_time(instant, time_zone) -%}
    convert_timezone('UTC', {{ literal(time_zone) }}, {{ instant }})
{%- endmacro %}

{# The day of a timestamp in the zone of calendar periods. #}
{% macro local_date(instant) -%}
    cast({{ local_time(instant, var('time_zone', 'UTC')) }} as date)
{%- endmacro %}

{# The first instant of a day in a zone, in UTC. Where clocks go back over midnight, it is there twice, and an engine may take the later. #}
{% macro first_instant(day, time_zone) -%}
    {%- set midnight = 'cast(' ~ day ~ ' as timestamp)' -%}
    {%- if time_zone == 'UTC' -%}
        {{- return(midnight) -}}
    {%- endif -%}
    {%- set instant = utc_time(midnight, time_zone) -%}
    {%- set earlier = add_duration(instant, 0, -3600000000) -%}
    case when cast({{ local_time('(' ~ earlier ~ ')', time_zone) }} as date) = {{ day }} then {{ earlier }} else {{ instant }} end
{%- endmacro %}

{# What the clock reads in a zone, as a UTC timestamp. #}
{% macro utc_time(reading, time_zone) -%}
    {{- return(adapter.dispatch('utc_time')(reading, time_zone)) -}}
{%- endmacro %}

{% macro default__utc_time(reading, time_zone) -%}
    ({{ reading }} at time zone {{ literal(time_zone) }}) at time zone 'UTC'
{%- endmacro %}

{% macro spark__utc_time(reading, time_zone) -%}
    convert_timezone({{ literal(time_zone) }}, 'UTC', {{ reading }})
{%- endmacro %}

{# Microseconds from one timestamp to a later one. #}
{% macro microseconds_between(earlier, later) -%}
    {{- adapter.dispatch('microseconds_between')(earlier, later) -}}
{%- endmacro %}

{% macro default__microseconds_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }}))
{%- endmacro %}

{% macro spark__microseconds_between(earlier, later) -%}
    (unix_micros(cast({{ later }} as timestamp_ltz)) - unix_micros(cast({{ earlier }} as timestamp_ltz)))
{%- endmacro %}

{# Before everything that can be read. #}
{% macro beginning_of_time() -%}
    timestamp '0001-01-01 00:00:00'
{%- endmacro %}

{# After everything that can be read. #}
{% macro end_of_time() -%}
    timestamp '9999-12-31 23:59:59.999999'
{%- endmacro %}

{# An instant that is told as a number of seconds since 1970, or of milliseconds: 11 digits of seconds would be after the year 5000. #}
{% macro instant_of_epoch(number) -%}
    {%- set exact = 'try_cast(' ~ number ~ ' as decimal(28, 6))' -%}
    case
            when abs({{ exact }}) < 100000000000 then {{ instant_of_microseconds(exact ~ ' * 1000000') }}
            when abs({{ exact }}) < 100000000000000 then {{ instant_of_microseconds(exact ~ ' * 1000') }}
        end
{%- endmacro %}

{# A UTC timestamp so many microseconds after 1970 began. #}
{% macro instant_of_microseconds(number) -%}
    {{- adapter.dispatch('instant_of_microseconds')(number) -}}
{%- endmacro %}

{% macro default__instant_of_microseconds(number) -%}
    make_timestamp(cast({{ number }} as bigint))
{%- endmacro %}

{% macro spark__instant_of_microseconds(number) -%}
    cast(timestamp_micros(cast({{ number }} as bigint)) as timestamp_ntz)
{%- endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(earlier, later) -%}
    {{- adapter.dispatch('days_between')(earlier, later) -}}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    ({{ later }} - {{ earlier }})
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}

{# Of a sorted list of instants the first, and each that lies at least a duration after the last one kept. #}
{% macro spaced_instants(instants, months, microseconds) -%}
    {{- adapter.dispatch('spaced_instants')(instants, months, microseconds) -}}
{%- endmacro %}

{% macro default__spaced_instants(instants, months, microseconds) -%}
    list_reduce(
            list_transform({{ instants }}, lambda instant: [instant]),
            lambda kept, next_one: case
                when next_one[1] >= {{ add_duration('kept[-1]', months, microseconds) }} then kept || next_one
                else kept
            end
        )
{%- endmacro %}

{% macro spark__spaced_instants(instants, months, microseconds) -%}
    aggregate(
            {{ instants }},
            cast(array() as array<timestamp_ntz>),
            (kept, next_one) -> case
                when size(kept) = 0 then array(next_one)
                when next_one >= {{ add_duration('element_at(kept, -1)', months, microseconds) }} then array_append(kept, next_one)
                else kept
            end
        )
{%- endmacro %}
