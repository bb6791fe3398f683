{% macro segment_definitions(segments, conditions) -%}
    {#
        The segments and who belongs to each: a list of {number, segment_id, requires_consent, clauses} in the order of
        segment_number, from the configuration tables passed in. Unit tests override this macro.
    #}
    {%- set columns = 'segment_number as number, segment_id, requires_consent' -%}
    {{- return(_definitions('segment', columns, segments, conditions)) -}}
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
