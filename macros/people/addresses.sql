{% macro email_address(expression) -%}
    {# An address as it is compared with others: trimmed and in lower case; null where there is none. #}
    nullif(lower(trim({{ expression }})), '')
{%- endmacro %}


{% macro can_be_address(expression) -%}
    {#
        Whether a text can be an address: one @ with something before it, a dot within the domain, and no white space (all that
        Unicode calls so), comma or semicolon.
    #}
    {%- set part = '[^@,;\\x09-\\x0d\\x85\\p{Z}]+' -%}
    {{- return(regexp_matches(expression, '^' ~ part ~ '@' ~ part ~ '[.]' ~ part ~ '$')) -}}
{%- endmacro %}
