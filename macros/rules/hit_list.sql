{% macro hit_list(rules, relation_of) -%}
    {#
        The numbers of the rules that a row meets, as the elements of a list with a null for each rule that it doesn't:
        one block a rule, one scan for all.
    #}
    {%- for rule in rules %}
                -- rule: {{ comment_text(rule.rule_id) }}
                case
                    when {{ rule_filter(rule, relation_of) }}
                        then {{ rule.number }}
                end{{ ',' if not loop.last }}
    {%- else %}
                null
    {%- endfor %}
{%- endmacro %}


{% macro rule_filter(rule, relation_of) -%}
    {# What a row must be to meet a rule: of its activity, and within its conditions. #}
    {%- set parts = [] -%}
    {%- if rule.trigger != 'profile' -%}
        {%- do parts.append(activity_filter(rule.activity, relation_of['activity'])) -%}
    {%- endif -%}
    {%- if rule.clauses -%}
        {%- do parts.append(conditions_sql(rule.clauses, relation_of)) -%}
    {%- endif -%}
    {{- return(parts | join('\n                        and ') if parts else 'true') -}}
{%- endmacro %}


{% macro activity_filter(activity, relation) -%}
    {# A rule's `activity`: `transaction`, or event types split at `|`. #}
    {%- if activity == 'transaction' -%}
        {{- return(relation ~ ".activity_kind = 'transaction'") -}}
    {%- endif -%}
    {%- set types = [] -%}
    {%- for type in activity.split('|') -%}
        {%- do types.append(literal(type | trim)) -%}
    {%- endfor -%}
    {%- if types | length == 1 -%}
        {{- return(relation ~ '.event_type = ' ~ types[0]) -}}
    {%- endif -%}
    {{- return(relation ~ '.event_type in (' ~ (types | join(', ')) ~ ')') -}}
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
