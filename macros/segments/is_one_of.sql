{% macro is_one_of(expression, values) -%}
    {# Whether an expression is one of a list of texts; never, if there are none. #}
    {%- set literals = [] -%}
    {%- for value in values -%}
        {%- do literals.append(literal(value)) -%}
    {%- endfor -%}
    {{- return(expression ~ ' in (' ~ (literals | join(', ')) ~ ')' if literals else 'false') -}}
{%- endmacro %}


{% macro is_event_of(names) -%}
    {# Whether event_type is one of those that some vars list, split at `|`. One list for all: it is looked for faster than several. #}
    {%- set types = [] -%}
    {%- for name in names -%}
        {%- for type in ((var(name, '') or '') | string).split('|') if type | trim -%}
            {%- do types.append(type | trim) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(is_one_of('event_type', types)) -}}
{%- endmacro %}


{% macro whole_number_var(name, default) -%}
    {# A var that is a whole number, however it is written on the command line. #}
    {%- set text = var(name, default) | string | trim -%}
    {%- if not modules.re.match('^[0-9]{1,5}$', text) -%}
        {{- exceptions.raise_compiler_error("var " ~ name ~ ": '" ~ text ~ "' is not a whole number up to 99999; write it like " ~ default) -}}
    {%- endif -%}
    {{- return(text | int) -}}
{%- endmacro %}
