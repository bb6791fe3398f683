{% macro segment_list(segments, relation) -%}
    {#
        The numbers of the segments whose conditions a contact meets, as the elements of a list with a null for each other:
        one block a segment, one scan for all.
    #}
    {%- set relation_of = {
        'contact': relation, 'score': relation, 'band': relation, 'rfm': relation, 'entered': relation,
    } -%}
    {%- set entered = transition_conditions(segments) -%}
    {%- for segment in segments %}
                -- segment: {{ comment_text(segment.segment_id) }}
                case
                    when {{ conditions_sql(segment_clauses(segment, entered), relation_of) or 'true' }}
                        then {{ segment.number }}
                end{{ ',' if not loop.last }}
    {%- else %}
                cast(null as smallint)
    {%- endfor %}
{%- endmacro %}


{% macro transition_conditions(segments) -%}
    {#
        The conditions on transitions, once each: a list of {number, model_id, condition}. A contact may have entered several
        bands, so each is judged for every one entered: the condition is never a negated one.
    #}
    {%- set found = {} -%}
    {%- for segment in segments -%}
        {%- for condition in segment.clauses | sum(start=[]) if condition.field.startswith('transition.') -%}
            {%- set judged = _for_each_transition(condition) -%}
            {%- do found.setdefault(tojson(judged), {
                'number': found | length + 1, 'condition': judged, 'model_id': field_definition(condition.field).model_id,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(found.values() | list) -}}
{%- endmacro %}


{% macro segment_clauses(segment, transitions) -%}
    {# The clauses of a segment, in which each condition on transitions became one on what `transition_conditions` judged. #}
    {%- set numbers = {} -%}
    {%- for transition in transitions -%}
        {%- do numbers.update({tojson(transition.condition): transition.number}) -%}
    {%- endfor -%}
    {%- set clauses = [] -%}
    {%- for clause in segment.clauses -%}
        {%- set conditions = [] -%}
        {%- for condition in clause -%}
            {%- if condition.field.startswith('transition.') -%}
                {%- set negated = condition.operator != _for_each_transition(condition).operator -%}
                {%- do conditions.append({
                    'field': 'entered.' ~ numbers[tojson(_for_each_transition(condition))],
                    'operator': '!=' if negated else '=', 'value': 'true',
                }) -%}
            {%- else -%}
                {%- do conditions.append(condition) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do clauses.append(conditions) -%}
    {%- endfor -%}
    {{- return(clauses) -}}
{%- endmacro %}


{% macro _for_each_transition(condition) -%}
    {# What is asked of each band entered: the operator itself, or the one whose opposite it is. #}
    {%- set operator = 'is set' if condition.operator == 'is not set'
        else operator_registry()[condition.operator].negates or condition.operator -%}
    {{- return({'field': condition.field, 'operator': operator, 'value': condition.value}) -}}
{%- endmacro %}
