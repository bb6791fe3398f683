{% macro hits_by_activity(rules, relation_of) -%}
    {#
        The numbers of the rules that an activity meets, as a list with a null for each rule of its type that it doesn't. Only
        rules of its type are looked at: one scan for all rules, a few comparisons a row.
    #}
    {%- set types = {} -%}
    {%- for rule in rules -%}
        {%- for type in ([none] if rule.activity == 'transaction' else rule.activity.split('|')) -%}
            {%- do types.setdefault(type | trim if type else none, []).append(rule) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not types -%}
        {{- return(list_of('null')) -}}
    {%- endif -%}
    case
            {%- for type, rules_of_type in types.items() %}
                -- activity: {{ comment_text(type or 'transaction') }}
                when {{ activity_filter(type, relation_of['activity']) }} then {{ list_of(hit_list(rules_of_type, relation_of) ~ '\n                ') }}
            {%- endfor %}
            end
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


{% macro activity_filter(type, relation) -%}
    {# Whether an activity is an event of a type; without one, whether it is a transaction line. #}
    {%- if type is none -%}
        {{- return(relation ~ ".activity_kind = 'transaction'") -}}
    {%- endif -%}
    {{- return(relation ~ '.event_type = ' ~ literal(type)) -}}
{%- endmacro %}


{% macro comment_text(value) -%}
    {# A value inside a SQL comment: on one line. #}
    {{- return(modules.re.sub('\\s+', ' ', value | string) | truncate(80, true, '')) -}}
{%- endmacro %}


{% macro case_per_rule(rules, attribute, sql_type, relation_of) -%}
    {# The field that each rule names in an attribute (`once_per`, `measure_field`), for a row's rule_number. #}
    {%- set named = rules | selectattr(attribute) | list -%}
    {%- if not named -%}
        cast(null as {{ sql_type }})
    {%- else -%}
        case rule_number
        {%- for rule in named %}
            {%- set field = field_definition(rule[attribute]) %}
            when {{ rule.number }} then cast({{ relation_of[field.kind] }}.{{ field.name }} as {{ sql_type }})
        {%- endfor %}
        end
    {%- endif -%}
{%- endmacro %}


{% macro fields_carried(rules) -%}
    {# The fields that are needed after the conditions have been judged: once_per and measure_field. #}
    {%- set bare = [] -%}
    {%- for rule in rules -%}
        {%- do bare.append({'once_per': rule.once_per, 'measure_field': rule.measure_field, 'clauses': []}) -%}
    {%- endfor -%}
    {{- return(fields_named(bare, 'event') + fields_named(bare, 'transaction')) -}}
{%- endmacro %}
