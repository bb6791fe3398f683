{#
    Tables and views as DuckDB can make them: `create or replace` in one transaction, in which readers see the old one until it
    commits. dbt-duckdb's own materializations make a copy under another name and rename twice, which takes several times as
    many statements; a run at every five minutes feels that.
#}

{% materialization table, adapter='duckdb' -%}
    {%- do refuse_unsupported_configurations() -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- do give_way_to(relation, existing) -%}
    {%- call statement('main') -%}
        {{ replaced_table_sql(relation, compiled_code) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{- return({'relations': [relation]}) -}}
{%- endmaterialization %}


{% materialization view, adapter='duckdb' -%}
    {%- do refuse_unsupported_configurations() -%}
    {%- set relation = this.incorporate(type='view') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- do give_way_to(relation, existing) -%}
    {%- call statement('main') -%}
        {{ replaced_view_sql(relation, compiled_code) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{- return({'relations': [relation]}) -}}
{%- endmaterialization %}


{% materialization incremental, adapter='duckdb' -%}
    {%- do refuse_unsupported_configurations() -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set is_new = existing is none or existing.type != 'table' or should_full_refresh() -%}
    {%- do give_way_to(relation, existing) -%}
    {%- if not is_new and config.get('on_schema_change') == 'append_new_columns' -%}
        {%- do add_new_columns(relation) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if is_new -%}
        {{ replaced_table_sql(relation, compiled_code) }}
        {%- else -%}
        {{ taken_in_sql(relation, compiled_code) }}
        {%- endif -%}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{- return({'relations': [relation]}) -}}
{%- endmaterialization %}


{% macro give_way_to(relation, existing) -%}
    {# A table that becomes a view, or the other way round: what has the name is dropped; it stays if what follows fails. #}
    {%- if existing is not none and existing.type != relation.type -%}
        {%- do adapter.ensure_transaction() -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
{%- endmacro %}


{% macro replaced_table_sql(relation, query) -%}
    {# A table made anew; with the columns and constraints of its contract, if it has one. #}
    {%- if config.get('contract').enforced -%}
        {{- get_assert_columns_equivalent(query) }}
        create or replace table {{ relation }} {{ get_table_columns_and_constraints() }};
        insert into {{ relation }} {{ get_column_names() }} (
            {{ get_select_subquery(query) }}
        )
    {%- else -%}
        create or replace table {{ relation }} as (
            {{ query }}
        )
    {%- endif -%}
{%- endmacro %}


{% macro replaced_view_sql(relation, query) -%}
    {# A view made anew; the old one stays if this one hasn't the columns of its contract. #}
        create or replace view {{ relation }} as (
            {{ query }}
        )
    {%- if config.get('contract').enforced -%}
        ;
        {{ refuse_differing_columns_sql(
            {'the model': relation}, 'Let the SQL of the view and its contract say the same.'
        ) }}
    {%- endif -%}
{%- endmacro %}


{% macro taken_in_sql(relation, query) -%}
    {#
        A table that gives up some rows and takes in others, as its strategy says; if their columns are its own. (By name a column
        that is gone would be null in new rows, and another type would be cast.)
    #}
    {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy')) -%}
    {%- set new_rows = api.Relation.create(identifier=relation.identifier ~ '__new_rows') -%}
        create or replace temporary table {{ new_rows }} as (
            {{ query }}
        );
        {{ refuse_differing_columns_sql(
            {'the model': new_rows, 'the table': relation},
            'The table is never rebuilt (full_refresh: false): its columns stay, and new ones need on_schema_change: append_new_columns.'
            if config.get('full_refresh') is false
            else 'Build the table anew with --full-refresh.'
        ) }};
        {{ strategy({'target_relation': relation, 'temp_relation': new_rows}) }};
        drop table {{ new_rows }}
{%- endmacro %}
