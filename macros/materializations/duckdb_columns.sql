{#
    Whether columns are what they should be: those of a contract, and those of a table that takes in more rows. DuckDB compares
    what is made already, in the statement that made it: to describe the model's SQL would plan it once more, and another statement
    of dbt's costs as much as the comparison.
#}

{% macro refuse_differing_columns_sql(relations, remedy) -%}
    {#
        A statement that fails if relations and the contract, if there is one, don't have the same columns of the same types; it names
        all that differ. `relations`: each by what readers call it. `remedy`: what to do about it.
    #}
    {%- set queries = [] -%}
    {%- for source, relation in relations.items() -%}
        {%- do queries.append("select '" ~ source ~ "' as source, name, type from pragma_table_info(" ~ literal(relation) ~ ')') -%}
    {%- endfor -%}
    {%- if config.get('contract').enforced -%}
        {%- do queries.append("select 'the contract' as source, column_name, column_type from (describe " ~ get_empty_schema_sql(model.columns) ~ ')') -%}
    {%- endif -%}
    select error({{ literal(model.name ~ ': columns differ.') }} || string_agg(difference, '') || {{ literal('\n' ~ remedy) }})
    from (
        select chr(10) || '  - ' || lower(name) || ' ' || type || ' is only in ' || string_agg(source, ' and ') as difference
        from (
            {{ queries | join('\n            union all\n            ') }}
        )
        group by lower(name), type
        having count(*) < {{ queries | length }}
    )
    having count(*) > 0
{%- endmacro %}


{% macro add_new_columns(relation) -%}
    {# Adds to a table what its model's contract has more; rows that are there have nothing in it. #}
    {#- Of a struct this lists the fields, as `name.field`; in exchange it takes half the time of `get_columns_in_relation`. -#}
    {%- set kept = [] -%}
    {%- for column in adapter.get_column_schema_from_query('from ' ~ relation) -%}
        {%- do kept.extend([column.name | lower, column.name.split('.')[0] | lower]) -%}
    {%- endfor -%}
    {%- for column in model.columns.values() if column.name | lower not in kept -%}
        {%- if column.constraints -%}
            {{- exceptions.raise_compiler_error(
                model.name ~ '.' ~ column.name ~ ' is new to a table that has rows, and they have nothing in it: leave out its constraints'
                ~ ('.' if config.get('full_refresh') is false else ', or build the table anew with --full-refresh.')
            ) -}}
        {%- endif -%}
        {%- call statement('added_column') -%}
            alter table {{ relation }} add column {{ adapter.quote(column.name) if column.quote else column.name }} {{ column.data_type }}
        {%- endcall -%}
    {%- endfor -%}
{%- endmacro %}
