{% macro segment_list(segments, transitions, relation) -%}
    {#
        The numbers of the segments whose conditions a contact meets, as the elements of a list with a null for each other:
        one block a segment, one scan for all.
    #}
    {%- set named = fields_named(segments, 'segment') | map(attribute='segment_id') | list -%}
    {%- for segment in segments %}
                -- segment: {{ comment_text(segment.segment_id) }}
                case
                    {%- if segment.segment_id in named %}
                    when {{ relation }}.{{ field_definition('segment.' ~ segment.segment_id).name }}
                    {%- else %}
                    when {{ _segment_conditions(segment, transitions, relation) }}
                    {%- endif %}
                        then {{ segment.number }}
                end{{ ',' if not loop.last }}
    {%- else %}
                cast(null as smallint)
    {%- endfor %}
{%- endmacro %}


{% macro segment_flags(level, transitions, relation) -%}
    {# Columns of a select, each with its comma: whether a contact is a member of each segment of a level of `named_segments`. #}
    {%- for named in level -%}
        {%- set belongs = 'false' -%}
        {%- if named.segment -%}
            {%- set belongs = 'coalesce(' ~ _segment_conditions(named.segment, transitions, relation) ~ ', false)' -%}
            {%- if named.segment.requires_consent -%}
                {%- set belongs = relation ~ '.consents and ' ~ belongs -%}
            {%- endif -%}
        {%- endif -%}
        {{ belongs ~ ' as ' ~ named.field.name ~ ',\n        ' }}
    {%- endfor -%}
{%- endmacro %}


{% macro _segment_conditions(segment, transitions, relation) -%}
    {%- set kinds = ['contact', 'age', 'email_status', 'score', 'band', 'rfm', 'entered', 'segment'] -%}
    {{- return(conditions_sql(segment_clauses(segment, transitions), dict.fromkeys(kinds, relation)) or 'true') -}}
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
