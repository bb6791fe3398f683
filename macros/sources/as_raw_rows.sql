{% macro as_raw_rows(table, relation, columns) -%}
    {#
        The rows of a part of a query in the columns of a raw table, with the model that makes them; columns that are not among `columns`
        are typed nulls.
    #}
    {%- set known = raw_registry()[table] | map(attribute='name') | list -%}
    {%- for name in columns if name not in known -%}
        {{- exceptions.raise_compiler_error(model.name ~ ': ' ~ name ~ ' is no column of raw table ' ~ table) -}}
    {%- endfor -%}
    select
        '{{ model.name }}' as source_model,
        {%- for column in raw_registry()[table] %}
        {%- set value = column.name if column.name in columns else 'null' %}
        {{ as_bounded(value) if column.type == 'decimal' else 'cast(' ~ value ~ ' as ' ~ raw_type(column.type) ~ ')' }} as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}


{% macro and_source_rows(table, places=false) -%}
    {#
        The rest of a query of all rows of a raw table: those of the vendors that var `sources` names. Nothing if they have none.
        `places`: whether it has `raw_place`, which these rows lack.
    #}
    {%- if not source_models(table) -%}
        {{- return('') -}}
    {%- endif %}

    union all

    select
        {%- for column in raw_registry()[table] %}
        {{ column.name }}{{ ',' if places or not loop.last }}
        {%- endfor %}
        {%- if places %}
        cast(null as bigint) as raw_place
        {%- endif %}
    from {{ ref('source_' ~ table) }}
{%- endmacro %}
