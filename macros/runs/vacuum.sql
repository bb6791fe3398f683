{% macro vacuum_in_some_runs() -%}
    {#
        Before a run: whether its end gives back the space of rows that gave way to others. For engines whose files have holes.
    #}
    {{- adapter.dispatch('vacuum_in_some_runs')() -}}
{%- endmacro %}


{% macro default__vacuum_in_some_runs() -%}
    {#
        DuckDB would write anew at the end of each run what lies beside holes, and a run that changes something of everywhere leaves
        holes everywhere: that took a fifth of its time. In every eighth run it is early enough. Where this project is a package, the
        connection is another project's, and stays as it is.
    #}
    {%- if model.package_name != project_name -%}
        {{- return('') -}}
    {%- endif -%}
    {%- set plan = adapter.get_relation(target.database, generate_schema_name('state', none), 'run_plan') -%}
    {%- if not plan or (run_query('select run_number from ' ~ plan).rows[0][0] + 1) % 8 != 0 -%}
        set max_vacuum_tasks = 0
    {%- endif -%}
{%- endmacro %}


{% macro spark__vacuum_in_some_runs() -%}
{%- endmacro %}
