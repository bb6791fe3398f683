{% macro field_contexts() -%}
    {#
        Where a field may be named: context -> {place: in a message, kinds: the kinds of field that exist there}.
        `rule` and `activity` stand where a mistake elsewhere hides what the rule looks at.
    -#}
    {{- return({
        'event rule': {'place': 'a rule about events', 'kinds': ['event', 'contact']},
        'transaction rule': {'place': 'a rule about transactions', 'kinds': ['transaction', 'contact']},
        'profile rule': {'place': 'a profile rule', 'kinds': ['contact']},
        'rule': {'place': 'a rule', 'kinds': ['event', 'transaction', 'contact']},
        'event': {'place': 'this column of a rule about events', 'kinds': ['event']},
        'transaction': {'place': 'this column of a rule about transactions', 'kinds': ['transaction']},
        'activity': {'place': 'this column', 'kinds': ['event', 'transaction']},
        'model': {'place': 'a condition of a model', 'kinds': ['contact']},
        'segment': {
            'place': 'a condition of a segment', 'kinds': ['contact', 'score', 'band', 'transition', 'rfm'],
        },
    }) -}}
{%- endmacro %}


{% macro context_columns() -%}
    {# The contexts as a relation: a row a kind that exists in it, with the text of all that is allowed there. -#}
    {%- set rows = [] -%}
    {%- for context, described in field_contexts().items() -%}
        {%- set allowed = [] -%}
        {%- for kind in described.kinds -%}
            {%- do allowed.extend(_fields_of_kind(kind)) -%}
        {%- endfor -%}
        {%- for kind in described.kinds -%}
            {%- do rows.append([context, kind, described.place, allowed | join(', ')]) -%}
        {%- endfor -%}
    {%- endfor -%}
    select * from {{ inline_table(rows, ['context', 'kind', 'place', 'allowed']) }}
{%- endmacro %}


{% macro _fields_of_kind(kind) -%}
    {%- set fields = [] -%}
    {%- for field, described in field_registry().items() if described.kind == kind -%}
        {%- do fields.append(field) -%}
    {%- endfor -%}
    {%- for prefix, described in json_fields().items() if described.kind == kind -%}
        {%- do fields.append(prefix ~ '<key>') -%}
    {%- endfor -%}
    {%- if kind in model_field_types() -%}
        {%- do fields.append(kind ~ '.<model_id>') -%}
    {%- elif kind == 'rfm' -%}
        {%- for column in rfm_field_types() -%}
            {%- do fields.append('rfm.' ~ column) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(fields) -}}
{%- endmacro %}


{% macro known_fields() -%}
    {# Every field that has a name of its own, with its kind and type. Those of a JSON object are found by their prefix. -#}
    {%- set rows = [] -%}
    {%- for field, described in field_registry().items() -%}
        {%- do rows.append([field, described.kind, described.type]) -%}
    {%- endfor -%}
    {%- for column, type in rfm_field_types().items() -%}
        {%- do rows.append(['rfm.' ~ column, 'rfm', type]) -%}
    {%- endfor -%}
    select * from {{ inline_table(rows, ['field', 'kind', 'field_type']) }}
    {%- for kind, type in model_field_types().items() %}

    union all

    select
        {{ literal(kind ~ '.') }} || known_ids.id as field,
        {{ literal(kind) }} as kind,
        {{ literal(type) }} as field_type
    from known_ids
    where known_ids.seed = 'scoring_models'
    {%- endfor %}
{%- endmacro %}
