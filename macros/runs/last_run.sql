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


{% macro kept_rows(relation, types, condition=none) -%}
    {# The rows of a table of an earlier run (for which a condition holds), of the columns in `types` (name -> type); none if there is none. -#}
    select
        {%- for column, type in types.items() %}
        {{ column if relation else 'cast(null as ' ~ type ~ ') as ' ~ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if relation %}
    from {{ relation }}
    {{- '\n    where ' ~ condition if condition }}
    {%- else %}
    where false
    {%- endif %}
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
