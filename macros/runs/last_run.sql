{# What earlier runs left in schema `state`, read by name: as a ref, a run would depend on its own end. #}

{% macro state_relation(name) -%}
    {{- return(load_relation(this.incorporate(path={'identifier': name}, type='table'))) -}}
{%- endmacro %}


{% macro last_run() -%}
    {# The last run that finished: {run_number, run_id, fingerprint, as_of, is_full, contacts}; empty if there is none. #}
    {{- return(_run_in(state_relation('run_state'))) -}}
{%- endmacro %}


{% macro begun_run() -%}
    {# The last run that began, whether it finished or not: {run_number, fingerprint, as_of, is_full}. #}
    {{- return(_run_in(state_relation('run_plan'))) -}}
{%- endmacro %}


{% macro _run_in(relation) -%}
    {#- All columns, because what an earlier version wrote has fewer. -#}
    {%- set rows = run_query('select * from ' ~ relation ~ ' limit 1').rows if relation else [] -%}
    {%- for row in rows -%}
        {{- return({
            'run_number': row['run_number'] | int, 'fingerprint': row['fingerprint'], 'as_of': row['as_of'], 'is_full': row['is_full'],
            'contacts': row.get('contacts'), 'run_id': row.get('run_id'),
        }) -}}
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


{% macro rows_seen_before() -%}
    {#
        What the last run that began found in the raw tables, whether it finished or not, a row a table and hour: it may have
        taken rows in that are gone since. Unit tests override this macro.
    #}
    {%- set relation = load_relation(this) if execute else none -%}
    {%- if relation -%}
    select
        source_table,
        loaded_hour,
        loaded_rows
    from {{ relation }}
    where loaded_rows > 0
    {%- else -%}
    select
        cast(null as {{ dbt.type_string() }}) as source_table,
        cast(null as timestamp) as loaded_hour,
        cast(null as bigint) as loaded_rows
    where false
    {%- endif -%}
{%- endmacro %}


{% macro tables_that_lost_rows(batches) -%}
    {# The raw tables in which an hour of loaded_at holds fewer rows than an earlier run found there. #}
    {%- set query -%}
        select distinct source_table
        from {{ batches }}
        where loaded_rows < seen_rows or known_rows < read_rows and loaded_hour is not null
        order by source_table
    {%- endset -%}
    {{- return(run_query(query).columns[0].values() | list) -}}
{%- endmacro %}
