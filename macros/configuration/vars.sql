{% macro duration_parts(duration, name) -%}
    {# A duration in a var (`1 year`) as {months, microseconds}; none if it is empty. An unreadable one stops the build. #}
    {%- if duration is none or (duration | string | trim) == '' -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set text = duration | string | trim -%}
    {%- if not modules.re.match(duration_pattern(), text) or text.startswith('0') -%}
        {{- exceptions.raise_compiler_error(
            "var " ~ name ~ ": '" ~ text ~ "' is not a duration; write it like 6 months (minute, hour, day, week, month, year)"
        ) -}}
    {%- endif -%}
    {%- set amount = text.split(' ')[0] | int -%}
    {%- set unit = text.split(' ')[1].rstrip('s') -%}
    {{- return({
        'months': amount * {'month': 1, 'year': 12}.get(unit, 0),
        'microseconds': amount * {'minute': 60000000, 'hour': 3600000000, 'day': 86400000000, 'week': 604800000000}.get(unit, 0),
    }) -}}
{%- endmacro %}


{% macro rfm_scoring() -%}
    {# Var `rfm_scoring`: `rank` (equal values get equal scores) or `quantile` (as R's package rfm). #}
    {%- set scoring = var('rfm_scoring', 'rank') -%}
    {%- if scoring not in ('rank', 'quantile') -%}
        {{- exceptions.raise_compiler_error("var rfm_scoring: '" ~ scoring ~ "' is unknown; allowed: rank, quantile") -}}
    {%- endif -%}
    {{- return(scoring) -}}
{%- endmacro %}


{% macro flag_var(name, default) -%}
    {# A var that is true or false, however it is written on the command line. #}
    {%- set text = var(name, default) | string | trim | lower -%}
    {%- if text not in ('true', 'false') -%}
        {{- exceptions.raise_compiler_error("var " ~ name ~ ": '" ~ text ~ "' is neither true nor false") -}}
    {%- endif -%}
    {{- return(text == 'true') -}}
{%- endmacro %}


{% macro in_rfm_window(instant) -%}
    {# Whether an order lies in var `rfm_window` up to as_of; everything does where there is none. #}
    {%- set window = duration_parts(var('rfm_window', none), 'rfm_window') -%}
    {%- if window -%}
        {{ as_of() }} < {{ add_duration(instant, window.months, window.microseconds) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{% macro currency_var() -%}
    {# Var `currency`, to which amounts are converted, in lower case; none: they are taken as they are. #}
    {{- return(_text_var('currency') | lower or none) -}}
{%- endmacro %}


{% macro merges_by_address() -%}
    {# Whether contacts with the same address are one: var `merge_by` is `email`. #}
    {%- set given = _text_var('merge_by') -%}
    {%- if given not in ('', 'email') -%}
        {{- exceptions.raise_compiler_error("var merge_by: '" ~ given ~ "' is unknown; allowed: email, or nothing") -}}
    {%- endif -%}
    {{- return(given == 'email') -}}
{%- endmacro %}


{% macro merge_limit() -%}
    {# Var `merge_limit`: how many contacts an address may have that merges them. #}
    {%- set given = var('merge_limit', 20) | string | trim -%}
    {%- if not modules.re.match('^[1-9][0-9]{0,8}$', given) -%}
        {{- exceptions.raise_compiler_error("var merge_limit: '" ~ given ~ "' is not a whole number from 1") -}}
    {%- endif -%}
    {{- return(given | int) -}}
{%- endmacro %}


{% macro unknown_visitors() -%}
    {# The parts of var `unknown_visitor_ids`: what is written as a visitor's id where nobody knows the visitor. #}
    {{- return(_text_var('unknown_visitor_ids').split('|') | map('trim') | select | list) -}}
{%- endmacro %}


{% macro _text_var(name) -%}
    {# A var as text, without blanks around it; '' if it is null. #}
    {%- set given = var(name, none) -%}
    {{- return('' if given is none else (given | string | trim)) -}}
{%- endmacro %}
