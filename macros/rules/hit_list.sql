{% macro hits_by_activity(rules, relation_of) -%}
    {#
        The numbers of the rules that an activity meets, as a list with a null for each rule of its type that it doesn't. Only
        rules of its type are looked at: one scan for all rules, a few comparisons a row.
    #}
    {%- set types = rules_by_type(rules) -%}
    {%- if not types -%}
        {{- return(list_of('null')) -}}
    {%- endif -%}
    case
            {%- for type, rules_of_type in types.items() %}
                -- activity: {{ comment_text(type or 'transaction') }}
                when {{ relation_of['activity'] }}.event_type {{ '= ' ~ literal(type) if type else 'is null' }} then {{ list_of(hit_list(rules_of_type, relation_of) ~ '\n                ') }}
            {%- endfor %}
            end
{%- endmacro %}


{% macro rules_by_type(rules) -%}
    {# Each event type that rules look at, none for transaction lines, with its rules. #}
    {%- set types = {} -%}
    {%- for rule in rules -%}
        {%- for type in ([none] if rule.activity == 'transaction' else rule.activity.split('|')) -%}
            {%- do types.setdefault(type | trim if type else none, []).append(rule) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(types) -}}
{%- endmacro %}


{% macro hit_list(rules, relation_of) -%}
    {#
        The numbers of the rules whose conditions a row meets, as the elements of a list with a null for each rule that it
        doesn't meet: one block a rule.
    #}
    {%- for rule in rules %}
                    -- rule: {{ comment_text(rule.rule_id) }}
                    {% if rule.clauses -%}
                    case
                        when {{ conditions_sql(rule.clauses, relation_of) }}
                            then {{ rule.number }}
                    end
                    {%- else -%}
                    {{ rule.number }}
                    {%- endif %}
                    {{- ',' if not loop.last }}
    {%- else %}
                    null
    {%- endfor %}
{%- endmacro %}


{% macro comment_text(value) -%}
    {# A value inside a SQL comment: on one line. #}
    {{- return(modules.re.sub('\\s+', ' ', value | string) | truncate(80, true, '')) -}}
{%- endmacro %}


{% macro distinct_values(rules) -%}
    {# For a row's rule_number, the field of `hits` whose values the rule tells apart (`once_per`, `count_distinct`), as text. #}
    {%- set fields = {} -%}
    {%- for rule in rules -%}
        {%- set field = rule.once_per or (rule.measure_field if rule.measure == 'count_distinct') -%}
        {%- if field -%}
            {%- do fields.update({rule.number: field}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- _case_per_rule(fields, dbt.type_string()) -}}
{%- endmacro %}


{% macro counted_amounts(rules) -%}
    {# For a row's rule_number, the field of `hits` that the rule adds up or multiplies its points with, as a number: null where it is none. #}
    {%- set fields = {} -%}
    {%- for rule in rules -%}
        {%- set field = rule.per_field or (rule.measure_field if rule.measure in ('sum', 'average')) -%}
        {%- if field -%}
            {%- do fields.update({rule.number: field}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- _case_per_rule(fields) -}}
{%- endmacro %}


{% macro _case_per_rule(fields, text=none) -%}
    {#- As text, or as an amount. -#}
    {%- if not fields -%}
        {{- return('cast(null as ' ~ (text or number_type()) ~ ')') -}}
    {%- endif -%}
    case rule_number
        {%- for number, name in fields.items() %}
        {%- set field = field_definition(name) %}
        when {{ number }} then {{ 'cast(hits.' ~ field.name ~ ' as ' ~ text ~ ')' if text else _as_amount(field) }}
        {%- endfor %}
    end
{%- endmacro %}


{% macro _as_amount(field) -%}
    {%- if field.type == 'decimal' and not field.get('sql_type') -%}
        {{- return('hits.' ~ field.name) -}}
    {%- endif -%}
    {%- set text = 'cast(hits.' ~ field.name ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    {%- set plain = 'case when ' ~ is_plain_number(text) ~ ' then ' ~ text ~ ' end' -%}
    {{- return(as_bounded(plain) if field.type == 'text' else as_summand(text)) -}}
{%- endmacro %}


{% macro fields_carried(rules) -%}
    {# The fields that are needed after the conditions have been judged: once_per, measure_field and per_field. #}
    {%- set bare = [] -%}
    {%- for rule in rules -%}
        {%- do bare.append(dict(rule, clauses=[])) -%}
    {%- endfor -%}
    {{- return(fields_named(bare, 'event') + fields_named(bare, 'transaction')) -}}
{%- endmacro %}
