{% macro segment_content(segments, relation) -%}
    {#
        What is published of a member as one text: the contact's columns (by their hash), whether it may be mailed, the scores and
        bands of the models that its segment names, and the RFM code and segment where it names RFM.
    #}
    {%- set profile = 'cast(' ~ relation ~ '.profile_hash as ' ~ dbt.type_string() ~ '), ' ~ relation ~ '.email_status' -%}
    {%- set branches = [] -%}
    {%- for segment in segments -%}
        {%- set columns = [] -%}
        {%- for model in models_named([segment]) -%}
            {%- do columns.extend([field_definition('score.' ~ model).name, field_definition('band.' ~ model).name]) -%}
        {%- endfor -%}
        {%- if fields_named([segment], 'rfm') -%}
            {%- do columns.extend(['rfm_rfm_code', 'rfm_rfm_segment']) -%}
        {%- endif -%}
        {%- if columns -%}
            {%- do branches.append(
                '-- segment: ' ~ comment_text(segment.segment_id) ~ '\n        when ' ~ segment.number
                ~ ' then ' ~ columns_as_text(columns, relation)
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if branches -%}
        {{- return(
            'concat_ws(chr(31), ' ~ profile ~ ', case ' ~ relation ~ '.segment_number\n        '
            ~ (branches | join('\n        ')) ~ '\n    end)'
        ) -}}
    {%- endif -%}
    {{- return('concat_ws(chr(31), ' ~ profile ~ ')') -}}
{%- endmacro %}


{% macro columns_as_text(columns, relation) -%}
    {# Columns of a relation as one text in which none runs into the next, and null differs from the empty text. #}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append('coalesce(cast(' ~ relation ~ '.' ~ column ~ ' as ' ~ dbt.type_string() ~ '), chr(30))') -%}
    {%- endfor -%}
    {{- return('concat_ws(\n            chr(31),\n            ' ~ (parts | join(',\n            ')) ~ '\n        )') -}}
{%- endmacro %}
