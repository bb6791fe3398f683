{#
    Which runs the ledger of segment changes counts. It holds the changes of every run by its number; those of a run that
    didn't finish are replaced by the next one's.
#}

{% macro publication_number() -%}
    {# The number of this run, under which its changes stand. Unit tests override this macro. #}
    {{- return(run_plan().run_number) -}}
{%- endmacro %}


{% macro first_open_publication() -%}
    {# The number from which on changes don't count: they are of this run, or of one that didn't finish. Unit tests override it. #}
    {%- set relation = ref('run_plan').incorporate(path={'identifier': 'run_state'}, type='table') -%}
    {%- set finished = _run_in(load_relation(relation)).run_number if execute else none -%}
    {{- return([run_plan().run_number, (finished or 0) + 1] | min) -}}
{%- endmacro %}


{% macro get_incremental_from_open_publication_sql(arguments) -%}
    {# The incremental strategy `from_open_publication`: what doesn't count is deleted, and the new rows are added. #}
    {%- set runs = 'select cast(run_number as ' ~ dbt.type_string() ~ ') from ' ~ arguments.target_relation -%}
    {%- set is_open = 'run_number >= ' ~ first_open_publication() -%}
    {{- replaced_rows(arguments, is_open, runs ~ ' where ' ~ is_open) -}}
{%- endmacro %}
