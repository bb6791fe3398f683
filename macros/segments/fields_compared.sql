{# A condition that compares two fields of a contact: its value is a field in braces. #}

{% macro fields_compared(condition, relation) -%}
    {# It as a SQL boolean. #}
    {%- set one = field_definition(compared_field(condition)) -%}
    {%- set other = field_definition(condition.other_field) -%}
    {%- set sides = [
        {'sql': relation ~ '.' ~ one.name, 'type': one.type}, {'sql': relation ~ '.' ~ other.name, 'type': other.type},
    ] -%}
    {%- if one.type != 'list' -%}
        {{- return(two_sides_compared(sides[0], condition.operator, sides[1])) -}}
    {%- endif -%}
    {%- set has = has_element(sides[0].sql, _sides_compared({'sql': 'element', 'type': 'text'}, '=', sides[1])) -%}
    {{- return('(' ~ has ~ ') is not true' if condition.operator == 'has not' else has) -}}
{%- endmacro %}


{% macro two_sides_compared(one, operator, other) -%}
    {# Two sides, each {sql, type}, compared by an operator. A null counts as false; only what negates holds of a missing side. #}
    {%- set positive = operator_registry()[operator].negates or operator -%}
    {%- set comparison = _sides_compared(one, '=' if positive in ('in', 'has') else positive, other) -%}
    {{- return('(' ~ comparison ~ ') is not true' if positive != operator else comparison) -}}
{%- endmacro %}


{% macro _sides_compared(one, operator, other) -%}
    {# A comparison that isn't negated; null where a side is. #}
    {%- set types = [one.type, other.type] -%}
    {%- set sign = ' ' ~ operator ~ ' ' -%}
    {%- set days = day_told(one.sql, one.type) ~ sign ~ day_told(other.sql, other.type) -%}
    {%- if operator == 'contains' -%}
        {{- return('contains(' ~ one.sql ~ ', ' ~ other.sql ~ ')') -}}
    {%- elif operator == 'starts with' -%}
        {{- return(starts_with(one.sql, other.sql)) -}}
    {%- elif operator == 'ends with' -%}
        {{- return(ends_with(one.sql, other.sql)) -}}
    {%- elif 'decimal' in types or 'integer' in types -%}
        {{- return(_number_told(one) ~ sign ~ _number_told(other)) -}}
    {%- elif 'boolean' in types -%}
        {{- return(_boolean_told(one) ~ sign ~ _boolean_told(other)) -}}
    {%- elif 'date' in types -%}
        {{- return(days) -}}
    {%- elif types == ['timestamp', 'timestamp'] -%}
        {{- return(one.sql ~ sign ~ other.sql) -}}
    {%- elif 'timestamp' in types -%}
        {%- set text = one.sql if one.type == 'text' else other.sql -%}
        {{- return(
            'case when ' ~ tells_day('trim(' ~ text ~ ')') ~ ' then ' ~ days ~ ' else ' ~ _instant_told(one) ~ sign ~ _instant_told(other) ~ ' end'
        ) -}}
    {%- endif -%}
    {{- return(
        'case\n            when ' ~ _is_day(one.sql) ~ ' or ' ~ _is_day(other.sql) ~ ' then ' ~ days
        ~ '\n            when ' ~ _number_told(other) ~ ' is not null then ' ~ _number_told(one) ~ sign ~ _number_told(other)
        ~ '\n            else ' ~ one.sql ~ sign ~ other.sql ~ '\n        end'
    ) -}}
{%- endmacro %}


{% macro _is_day(column) -%}
    {%- set text = 'trim(' ~ column ~ ')' -%}
    {{- return('(' ~ tells_day(text) ~ ' and ' ~ as_date(text) ~ ' is not null)') -}}
{%- endmacro %}


{% macro _number_told(side) -%}
    {# Of text, what a plain number tells: `007`, `1E5` and `+7` are codes. #}
    {%- if side.type != 'text' -%}
        {{- return(side.sql) -}}
    {%- endif -%}
    {{- return('case when ' ~ is_plain_number(side.sql) ~ ' then ' ~ as_number(side.sql) ~ ' end') -}}
{%- endmacro %}


{% macro _instant_told(side) -%}
    {{- return(as_utc_timestamp('trim(' ~ side.sql ~ ')') if side.type == 'text' else side.sql) -}}
{%- endmacro %}


{% macro _boolean_told(side) -%}
    {{- return(
        'case lower(trim(' ~ side.sql ~ ")) when 'true' then true when 'false' then false end" if side.type == 'text' else side.sql
    ) -}}
{%- endmacro %}
