{% macro field_values(fields, relation) -%}
    {# Columns of a select, each with its comma: each field's value in a staging relation, under the field's name. #}
    {%- for field in fields -%}
        {{ field_value(field, relation) ~ ' as ' ~ field.name ~ ',\n    ' }}
    {%- endfor -%}
{%- endmacro %}


{% macro fields_of_kind(fields, kind, relation) -%}
    {# Columns of a select, each with its comma: the fields of one kind, which a relation has, and a typed null for each of another. #}
    {%- for field in fields -%}
        {%- set missing = 'cast(null as ' ~ (field.get('sql_type') or raw_type(field.type)) ~ ') as ' ~ field.name -%}
        {{ (relation ~ '.' ~ field.name if field.kind == kind else missing) ~ ',\n    ' }}
    {%- endfor -%}
{%- endmacro %}


{% macro field_value(field, relation) -%}
    {# A field's value in a staging relation: the column, or what stands under a path of its JSON object, as a text or as a list. #}
    {%- if field.path is none -%}
        {{- return(relation ~ '.' ~ field.column) -}}
    {%- elif field.type == 'list' -%}
        {{- return(json_elements(relation ~ '.' ~ field.column, field.path)) -}}
    {%- endif -%}
    {{- return(json_text(relation ~ '.' ~ field.column, field.path)) -}}
{%- endmacro %}
