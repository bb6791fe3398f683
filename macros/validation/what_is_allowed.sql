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
