{% macro field_contexts() -%}
    {#
        Where a field may be named: context -> {place: in a message, kinds: the kinds of field that exist there}.
        `rule` and `activity` stand where a mistake elsewhere hides what the rule looks at.
    -#}
    {{- return({
        'event rule': {'place': 'a rule about events', 'kinds': ['event', 'contact', 'age']},
        'transaction rule': {'place': 'a rule about transactions', 'kinds': ['transaction', 'contact', 'age']},
        'profile rule': {'place': 'a profile rule', 'kinds': ['contact', 'age']},
        'rule': {'place': 'a rule', 'kinds': ['event', 'transaction', 'contact', 'age']},
        'event': {'place': 'this column of a rule about events', 'kinds': ['event']},
        'transaction': {'place': 'this column of a rule about transactions', 'kinds': ['transaction']},
        'activity': {'place': 'this column', 'kinds': ['event', 'transaction']},
        'event conversion': {'place': 'a conversion by events', 'kinds': ['event', 'contact', 'age']},
        'transaction conversion': {'place': 'a conversion by transactions', 'kinds': ['transaction', 'contact', 'age']},
        'conversion': {'place': 'a conversion', 'kinds': ['event', 'transaction', 'contact', 'age']},
        'model': {'place': 'a condition of a model', 'kinds': ['contact']},
        'segment': {
            'place': 'a condition of a segment',
            'kinds': ['contact', 'age', 'email_status', 'score', 'band', 'transition', 'rfm', 'segment'],
        },
    }) -}}
{%- endmacro %}


{% macro context_rows() -%}
    {# The contexts, a row for each kind of field, '' for none: [context, kind, place, all that is allowed there, whether it is]. -#}
    {%- set fields = {'': []} -%}
    {%- for kind in ['event', 'transaction', 'contact', 'age', 'email_status', 'rfm', 'segment'] + (model_field_types() | list) -%}
        {%- do fields.update({kind: _fields_of_kind(kind)}) -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for context, described in field_contexts().items() -%}
        {%- set allowed = [] -%}
        {%- for kind in described.kinds -%}
            {%- do allowed.extend(fields[kind]) -%}
        {%- endfor -%}
        {%- for kind in fields -%}
            {%- do rows.append([context, kind, described.place, allowed | join(', '), kind in described.kinds]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(rows) -}}
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
    {%- elif kind == 'segment' -%}
        {%- do fields.append('segment.<segment_id>') -%}
    {%- elif kind == 'email_status' -%}
        {%- do fields.append('contact.email_status') -%}
    {%- elif kind == 'rfm' -%}
        {%- for column in rfm_field_types() -%}
            {%- do fields.append('rfm.' ~ column) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(fields) -}}
{%- endmacro %}


{% macro field_rows() -%}
    {# The fields that have a name of their own: [field, kind, type]. #}
    {%- set rows = [['contact.email_status', 'email_status', 'text']] -%}
    {%- for field, described in field_registry().items() -%}
        {%- do rows.append([field, described.kind, described.type]) -%}
    {%- endfor -%}
    {%- for column, type in rfm_field_types().items() -%}
        {%- do rows.append(['rfm.' ~ column, 'rfm', type]) -%}
    {%- endfor -%}
    {{- return(rows) -}}
{%- endmacro %}
