{% macro as_of() -%}
    {#
        The instant scored for, as a SQL timestamp in UTC: var `as_of`, or the start of the run. No SQL asks a clock.
    #}
    {{- instant_literal(as_of_instant()) -}}
{%- endmacro %}


{% macro as_of_instant() -%}
    {# The instant scored for, as a datetime in UTC without a zone. #}
    {%- set given = var('as_of', none) -%}
    {%- if given is none or (given | string | trim) == '' -%}
        {%- set instant = run_started_at -%}
    {%- else -%}
        {%- set text = (given | string | trim) -%}
        {%- set shape = modules.re.match('^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?$', text) -%}
        {%- if not shape -%}
            {{- exceptions.raise_compiler_error("var as_of: '" ~ text ~ "' is not an instant; write it like 2026-10-31T12:00:00Z") -}}
        {%- endif -%}
        {%- set instant = modules.datetime.datetime.fromisoformat(text) -%}
    {%- endif -%}
    {%- if instant.tzinfo is not none -%}
        {%- set instant = instant.astimezone(modules.pytz.utc).replace(tzinfo=none) -%}
    {%- endif -%}
    {{- return(instant) -}}
{%- endmacro %}


{% macro instant_literal(instant) -%}
    {# A datetime in UTC as a SQL timestamp; a null if it is none. #}
    {%- if instant is none -%}
        cast(null as timestamp)
    {%- else -%}
        timestamp '{{ instant.strftime('%Y-%m-%d %H:%M:%S.%f').rjust(26, '0') }}'
    {%- endif -%}
{%- endmacro %}
