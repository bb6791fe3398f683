{# What earlier runs left in schema `state`, read by name: as a ref, a run would depend on its own end. #}

{% macro state_relation(name) -%}
    {{- return(load_relation(this.incorporate(path={'identifier': name}, type='table'))) -}}
{%- endmacro %}


{% macro last_run() -%}
    {# The last run that finished: {run_number, fingerprint, as_of}; empty if there is none. #}
    {{- return(_run_in(state_relation('run_state'))) -}}
{%- endmacro %}


{% macro begun_run() -%}
    {# The last run that began, whether it finished or not: {run_number, fingerprint, as_of, is_full}. #}
    {{- return(_run_in(state_relation('run_plan'))) -}}
{%- endmacro %}


{% macro _run_in(relation) -%}
    {%- set rows = run_query(
        'select run_number, fingerprint, as_of, is_full from ' ~ relation ~ ' limit 1'
    ).rows if relation else [] -%}
    {%- for row in rows -%}
        {{- return({'run_number': row[0] | int, 'fingerprint': row[1], 'as_of': row[2], 'is_full': row[3]}) -}}
    {%- endfor -%}
    {{- return({}) -}}
{%- endmacro %}


{% macro rows_read_before() -%}
    {# What the last finished run read of the raw tables, a row a table and hour. Unit tests override this macro. #}
    {%- set relation = state_relation('run_state') if execute else none -%}
    {%- if relation -%}
    select
        source_table,
        loaded_hour,
        loaded_rows,
        last_loaded_at
    from {{ relation }}
    where source_table is not null
    {%- else -%}
    select
        cast(null as {{ dbt.type_string() }}) as source_table,
        cast(null as timestamp) as loaded_hour,
        cast(null as bigint) as loaded_rows,
        cast(null as timestamp) as last_loaded_at
    where false
    {%- endif -%}
{%- endmacro %}


{% macro tables_that_lost_rows(batches) -%}
    {# The raw tables in which an hour of loaded_at holds fewer rows than the last finished run read. #}
    {%- set query -%}
        select distinct read_before.source_table
        from ({{ rows_read_before() }}) as read_before
        left join {{ batches }} as batches
            on
                read_before.source_table = batches.source_table
                and read_before.loaded_hour is not distinct from batches.loaded_hour
        where
            read_before.loaded_rows
            > coalesce(case when read_before.loaded_hour is null then batches.loaded_rows else batches.known_rows end, 0)
        order by read_before.source_table
    {%- endset -%}
    {{- return(run_query(query).columns[0].values() | list) -}}
{%- endmacro %}
