{% macro segment_field_definition(field) -%}
    {#
        A field that only segments have, in the shape of `field_definition`; none if it isn't one. `entered.<n>` is no field
        that a seed can name: it is what `segment_clauses` makes of a condition on a transition.
    #}
    {%- set kind, _, key = field.partition('.') -%}
    {%- if not key -%}
        {{- return(none) -}}
    {%- elif kind in ('score', 'band') -%}
        {%- set found = {'type': model_field_types()[kind], 'name': json_field_name(field), 'model_id': key} -%}
    {%- elif kind == 'transition' -%}
        {%- set found = {'type': 'text', 'name': 'to_band_id', 'model_id': key} -%}
    {%- elif kind == 'segment' -%}
        {%- set found = {'type': 'boolean', 'name': json_field_name(field), 'segment_id': key} -%}
    {%- elif field == 'contact.email_status' -%}
        {%- set kind = 'email_status' -%}
        {%- set found = {'type': 'text', 'name': 'email_status'} -%}
    {%- elif kind == 'entered' -%}
        {%- set found = {'type': 'boolean', 'name': 'entered_' ~ key} -%}
    {%- elif kind == 'rfm' and key in rfm_field_types() -%}
        {%- set found = {'type': rfm_field_types()[key], 'name': 'rfm_' ~ key, 'column': key} -%}
    {%- else -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- do found.update({'field': field, 'kind': kind, 'path': none, 'column': found.get('column', found.name)}) -%}
    {{- return(found) -}}
{%- endmacro %}
