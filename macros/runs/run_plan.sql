{% macro run_plan() -%}
    {#
        The plan of this run: {run_number, previous_as_of, is_full}. A full run where there is none yet, and in unit tests,
        which override `is_full_run` to look at an incremental one. While dbt only parses it is incremental, so that dbt
        sees what such a run refers to. Read by name: whatever asks for it comes after model `run_plan` (a test over the manifest).
    #}
    {%- set known = known_in_this_run() -%}
    {%- if 'run_plan' in known -%}
        {{- return(known.run_plan) -}}
    {%- endif -%}
    {%- set plan = {'run_number': 1, 'is_full': execute, 'previous_as_of': none} -%}
    {%- if model.resource_type != 'unit_test' -%}
        {%- set relation = load_relation(this.incorporate(
            path={'schema': generate_schema_name('state', none), 'identifier': 'run_plan'}, type='table'
        )) if execute else none -%}
        {%- if relation -%}
            {%- set row = run_query('select run_number, is_full, previous_as_of from ' ~ relation).rows[0] -%}
            {%- do plan.update({'run_number': row[0] | int, 'is_full': row[1], 'previous_as_of': row[2]}) -%}
            {%- do known.update({'run_plan': plan}) -%}
        {%- endif -%}
    {%- endif -%}
    {{- return(plan) -}}
{%- endmacro %}


{% macro is_full_run() -%}
    {# Whether this run builds everything anew. Unit tests override this macro. #}
    {{- return(run_plan().is_full) -}}
{%- endmacro %}


{% macro previous_as_of() -%}
    {# The instant that the last finished run scored for, as a SQL timestamp. Unit tests override this macro. #}
    {{- instant_literal(run_plan().previous_as_of) -}}
{%- endmacro %}


{% macro has_come(instant) -%}
    {# Whether an instant lies between the last finished run's as_of and this one's: what time alone brings about. #}
    ({{ instant }} > {{ previous_as_of() }} and {{ instant }} <= {{ as_of() }})
{%- endmacro %}


{% macro known_in_this_run() -%}
    {#
        What nodes have found out that stays as it is in this run, for those after them: a mapping to add to. Each question to the database
        takes dbt some milliseconds, and dozens of nodes ask the same ones. `graph` is what nodes share, as long as dbt doesn't parse again.
    #}
    {%- if graph.known_in_run is not defined or graph.known_in_run.invocation_id != invocation_id -%}
        {%- do graph.update({'known_in_run': {'invocation_id': invocation_id}}) -%}
    {%- endif -%}
    {{- return(graph.known_in_run) -}}
{%- endmacro %}
