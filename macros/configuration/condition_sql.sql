{% macro condition_sql(condition, relation) -%}
    {#
        One condition {field, operator, value} as a SQL boolean over the columns of `relation`. A null counts as false
        (it stands under `and`, `or` and `when` only); what null satisfies is written so that it is true.
    #}
    {%- set definition = operator_registry()[condition.operator] -%}
    {%- set field = field_definition(compared_field(condition)) -%}
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


{% macro compared_field(condition) -%}
    {# The field that a condition looks at: a JSON field of which an element is asked for by its elements. #}
    {%- set is_of_elements = condition.operator in ('has', 'has not') and field_definition(condition.field).path -%}
    {{- return('elements.' ~ condition.field if is_of_elements else condition.field) -}}
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
    {%- elif operator == 'has' -%}
        {%- if type == 'list' -%}
            {{- return(has_element(column, _comparison('element', 'text', '=', value))) -}}
        {%- endif -%}
        {{- return(_comparison(column, type, '=', value)) -}}
    {%- elif type in ('decimal', 'integer') -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ number_literal(value)) -}}
    {%- elif type in ('timestamp', 'date') -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ timestamp_literal(value)) -}}
    {%- elif type == 'boolean' -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ (value | trim | lower)) -}}
    {%- elif modules.re.fullmatch(plain_number_pattern(), value) -%}
        {{- return(_number_comparison(column, operator, value)) -}}
    {%- else -%}
        {{- return(column ~ ' ' ~ operator ~ ' ' ~ literal(value)) -}}
    {%- endif -%}
{%- endmacro %}


{% macro _number_comparison(column, operator, value) -%}
    {#
        Text and a plain number: what is none never satisfies it, however long a number is. As doubles, which are fast; a value of more
        digits than they hold first as what is exact.
    #}
    {%- set whole, _, fraction = value.partition('.') -%}
    {%- set compared = as_double(column) ~ ' ' ~ operator ~ ' ' ~ as_double(literal(value)) -%}
    {%- if operator == '=' -%}
        {%- set digits = fraction.rstrip('0') -%}
        {#- Zero has two signs. -#}
        {%- set whole = '-?0' if whole in ('0', '-0') and not digits else whole -%}
        {{- return(
            compared ~ ' and '
            ~ regexp_matches(column, '^' ~ whole ~ ('[.]' ~ digits ~ '0*' if digits else '([.]0+)?') ~ '$')
        ) -}}
    {%- elif whole | length + fraction | length > 15 -%}
        {%- set exact = 'try_cast(' ~ column ~ ' as ' ~ number_type() ~ ') ' ~ operator ~ ' ' ~ number_literal(value) -%}
        {%- set compared = 'coalesce(' ~ exact ~ ', ' ~ compared ~ ')' -%}
    {%- endif -%}
    {{- return(compared ~ ' and ' ~ is_plain_number(column)) -}}
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
