{% macro segment_definitions(segments, conditions) -%}
    {#
        The segments and who belongs to each: a list of {number, segment_id, requires_consent, clauses} in the order of
        segment_number, from the configuration tables passed in. Empty while dbt only parses. Unit tests override this macro.
    #}
    {%- if not execute or not load_relation(segments) or not load_relation(conditions) -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set clauses = _clauses_by_owner(conditions, 'segment') -%}
    {%- set query = 'select segment_number, segment_id, requires_consent from ' ~ segments ~ ' order by segment_number' -%}
    {%- set definitions = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do definitions.append({
            'number': row[0], 'segment_id': row[1], 'requires_consent': row[2], 'clauses': clauses.get(row[1], []),
        }) -%}
    {%- endfor -%}
    {{- return(definitions) -}}
{%- endmacro %}


{% macro models_named(definitions) -%}
    {# The scoring models that segments name by score, band or transition, in braces too: a list of ids, once each and in order. #}
    {%- set models = {} -%}
    {%- for kind in model_field_types() -%}
        {%- for field in fields_named(definitions, kind) -%}
            {%- do models.update({field.model_id: true}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(models.keys() | sort(case_sensitive=true)) -}}
{%- endmacro %}
