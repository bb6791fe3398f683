{#
    Tables on Spark. Those with a contract get its types by a cast. Incremental ones are partitioned by bucket, and a run writes only
    the buckets of what it made: by overwriting them in plain files, by a merge in a table format that has one.
#}

{% materialization table, adapter='spark' -%}
    {%- do refuse_unsupported_configurations() -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- if load_cached_relation(this) and this | string in compiled_code -%}
        {#- It reads what it was. -#}
        {%- set new_rows = this.incorporate(path={'identifier': this.identifier ~ '__new_rows'}, type='table') -%}
        {%- do spark_make_table(new_rows, compiled_code, none) -%}
        {%- do adapter.drop_relation(relation) -%}
        {%- do adapter.rename_relation(new_rows, relation) -%}
    {%- else -%}
        {%- do spark_make_table(relation, compiled_code, none) -%}
    {%- endif -%}
    {{- return({'relations': [relation]}) -}}
{%- endmaterialization %}


{% materialization incremental, adapter='spark' -%}
    {%- do refuse_unsupported_configurations() -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set strategy = config.get('incremental_strategy') -%}
    {%- if existing is none or existing.type != 'table' or should_full_refresh() -%}
        {%- do spark_make_table(relation, compiled_code, bucket_of_strategy(strategy)) -%}
    {%- else -%}
        {%- set new_rows = this.incorporate(path={'identifier': this.identifier ~ '__new_rows'}, type='table') -%}
        {%- do spark_make_table(new_rows, compiled_code, bucket_of_strategy(strategy), name='new_rows') -%}
        {%- set take_in = adapter.get_incremental_strategy_macro(context, strategy) -%}
        {%- call statement('main') -%}
            {{ take_in({'target_relation': relation, 'temp_relation': new_rows, 'strategy': strategy}) }}
        {%- endcall -%}
        {%- do adapter.drop_relation(new_rows) -%}
    {%- endif -%}
    {{- return({'relations': [relation]}) -}}
{%- endmaterialization %}


{% macro spark_make_table(relation, query, bucket, name='main') -%}
    {# Makes a table anew; `bucket`: the column of buckets and its key, if it has one. A format with snapshots swaps it at once. #}
    {%- set existing = load_cached_relation(relation) -%}
    {%- set swaps = replaces_at_once() and existing is not none and existing.type == 'table' -%}
    {%- if not swaps -%}
        {%- do adapter.drop_relation(existing or relation) -%}
    {%- endif -%}
    {%- call statement(name) -%}
        create {{ 'or replace ' if swaps }}table {{ relation }}
        {{ file_format_clause() }}
        {{ 'partitioned by (' ~ bucket[0] ~ ')' if bucket }}
        {{ location_clause() if relation.identifier == this.identifier }}
        as
        select
            {{ spark_typed_columns(query, bucket) | join(',\n            ') }}
            {{- ',\n            ' ~ bucket_number(bucket[1]) ~ ' as ' ~ bucket[0] if bucket }}
        from (
            {{ query }}
        ) as made
    {%- endcall -%}
{%- endmacro %}


{% macro spark_typed_columns(query, bucket=none) -%}
    {#
        The columns of a query as their contract types, in the contract's order; all as they are if there is no contract, but for a
        bucket of the table that they come from, in place of which the new table gets its own.
    #}
    {%- if not config.get('contract').enforced -%}
        {%- set is_bucketed = bucket and bucket[0] in get_columns_in_query(query) -%}
        {{- return(['* ' ~ except_columns([bucket[0]]) if is_bucketed else '*']) -}}
    {%- endif -%}
    {%- set made = get_columns_in_query(query) | map('lower') | list -%}
    {%- set differing = [] -%}
    {%- for name in (model.columns.keys() | list) + made if name not in made or name not in model.columns -%}
        {%- do differing.append(name) -%}
    {%- endfor -%}
    {%- if differing -%}
        {{- exceptions.raise_compiler_error(model.name ~ ' and its contract have different columns: ' ~ (differing | join(', '))) -}}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do columns.append('cast(' ~ column.name ~ ' as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}
