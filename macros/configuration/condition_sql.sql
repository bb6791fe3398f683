{% macro condition_sql(condition, relation) -%}
    {#
        One condition {field, operator, value} as a SQL boolean over the columns of `relation`. A null counts as false
        (it stands under `and`, `or` and `when` only); what null satisfies is written so that it is true.
    #}
    {%- set definition = operator_registry()[condition.operator] -%}
    {%- set field = field_definition(condition.field) -%}
    {%- set column = relation ~ '.' ~ field.name -%}
    {%- if condition.operator == 'is set' -%}
        {{- return(column ~ ' is not null') -}}
    {%- elif condition.operator == 'is not set' -%}
        {{- return(column ~ ' is null') -}}
    {%- elif definition.takes == 'duration' -%}
        {{- return(lies_within(condition.operator, column, field.type, condition.value)) -}}
    {%- elif condition.other_field -%}
        {{- return(fields_compared(condition, relation)) -}}
    {%- endif -%}
    {%- set operator = definition.negates or condition.operator -%}
    {%- set alternatives = condition.value.split('|') if definition.takes == 'list' else [condition.value] -%}
    {%- set comparisons = [] -%}
    {%- for value in alternatives -%}
        {%- do comparisons.append(_comparison(column, field.type, '=' if operator == 'in' else operator, value)) -%}
    {%- endfor -%}
    {%- set comparison = comparisons | join(' or ') -%}
    {%- if definition.negates -%}
        {{- return('(' ~ comparison ~ ') is not true') -}}
    {%- endif -%}
    {{- return('(' ~ comparison ~ ')' if comparisons | length > 1 else comparison) -}}
{%- endmacro %}


{% macro _comparison(column, type, operator, value) -%}
    {# A single comparison; null where the column is. #}
    {%- if operator == 'contains' -%}
        {{- return('contains(' ~ column ~ ', ' ~ literal(value) ~ ')') -}}
    {%- elif operator == 'starts with' -%}
        {{- return(starts_with(column, literal(value))) -}}
    {%- elif operator == 'ends with' -%}
        {{- return(ends_with(column, literal(value))) -}}
    {%- elif operator == 'matches' -%}
        {{- return(regexp_matches(column, value)) -}}
    {%- elif type in ('decimal', 'integer') -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ number_literal(value)) -}}
    {%- elif type in ('timestamp', 'date') -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ timestamp_literal(value)) -}}
    {%- elif type == 'boolean' -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ (value | trim | lower)) -}}
    {%- elif looks_numeric(value) -%}
        {#- Numeric where both sides are numbers, else text. -#}
        {{- return(
            'coalesce(' ~ as_number(column) ~ ' ' ~ operator ~ ' ' ~ number_literal(value) ~ ', '
            ~ column ~ ' ' ~ operator ~ ' ' ~ literal(value) ~ ')'
        ) -}}
    {%- else -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ literal(value)) -}}
    {%- endif -%}
{%- endmacro %}


{% macro looks_numeric(value) -%}
    {# Whether a configured value may be a number; if in doubt the engine decides, row by row. #}
    {{- return(modules.re.match('^\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*$', value) is not none) -}}
{%- endmacro %}


{% macro conditions_sql(clauses, relation_of) -%}
    {#
        Clauses (a list of lists of conditions: rows of a clause must all hold, one clause is enough) as a SQL boolean.
        `relation_of` maps a field's kind (event, transaction, contact) to the relation that holds it.
    #}
    {%- set alternatives = [] -%}
    {%- for clause in clauses -%}
        {%- set parts = [] -%}
        {%- for condition in clause -%}
            {%- do parts.append(condition_sql(condition, relation_of[field_definition(condition.field).kind])) -%}
        {%- endfor -%}
        {%- set all_hold = parts | join('\n                        and ') -%}
        {%- do alternatives.append('(' ~ all_hold ~ ')' if parts | length > 1 and clauses | length > 1 else all_hold) -%}
    {%- endfor -%}
    {%- if alternatives | length > 1 -%}
        {{- return('(' ~ (alternatives | join('\n                        or ')) ~ ')') -}}
    {%- endif -%}
    {{- return(alternatives | join) -}}
{%- endmacro %}
