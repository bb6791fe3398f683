{# Parts of a query that are read many times. #}

{# The parts (name -> SQL, each from those before it) as the `with` of a query, up to and including the comma after the last. #}
{% macro with_parts(parts, kept) -%}
    {{- adapter.dispatch('with_parts')(parts, kept) -}}
{%- endmacro %}

{% macro default__with_parts(parts, kept) -%}
with {% for name, part in parts.items() -%}
{{ name }} as (

    {{ part | trim }}

),

{% endfor -%}
{%- endmacro %}

{#
    Spark writes each part out wherever it is read, so that a query of fifty checks grows beyond any plan: those that are `kept` (a
    list of names) become tables first, beside the model's own.
#}
{% macro spark__with_parts(parts, kept) -%}
    {%- set before = {} -%}
    {%- for name, part in parts.items() -%}
        {%- if execute and name in kept -%}
            {%- set table = this.incorporate(path={'identifier': this.identifier ~ '__' ~ name}, type='table') -%}
            {%- do adapter.drop_relation(table) -%}
            {%- set query = default__with_parts(before, []) ~ ' made as (' ~ part ~ ') select * from made' -%}
            {%- do run_query('create table ' ~ table ~ ' ' ~ file_format_clause() ~ ' as ' ~ query) -%}
            {%- do before.update({name: 'select * from ' ~ table}) -%}
        {%- else -%}
            {%- do before.update({name: part}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- default__with_parts(before, []) -}}
{%- endmacro %}
