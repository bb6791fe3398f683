{#
    How incremental models take in what a run made: in one transaction they give up the rows that it made anew (also of contacts
    that have none any more), and take its own.
#}

{% macro get_incremental_touched_contacts_sql(arguments) -%}
    {{- replaced_rows(arguments, 'contact_id in (select contact_id from ' ~ ref('int_touched_contacts') ~ ')') -}}
{%- endmacro %}


{% macro get_incremental_moved_contacts_sql(arguments) -%}
    {{- replaced_rows(arguments, 'contact_id in (select contact_id from ' ~ ref('int_moved_contacts') ~ ')') -}}
{%- endmacro %}


{% macro get_incremental_touched_visitors_sql(arguments) -%}
    {{- replaced_rows(arguments, 'anonymous_id in (select anonymous_id from ' ~ ref('int_touched_visitors') ~ ')') -}}
{%- endmacro %}


{% macro get_incremental_touched_people_sql(arguments) -%}
    {%- set condition -%}
        named_contact_id in (select contact_id from {{ ref('int_touched_contacts') }})
        or (
            named_contact_id is null
            and (anonymous_id is null or anonymous_id in (select anonymous_id from {{ ref('int_read_visitors') }}))
        )
    {%- endset -%}
    {{- replaced_rows(arguments, condition) -}}
{%- endmacro %}


{% macro get_incremental_arrived_events_sql(arguments) -%}
    {{- replaced_rows(arguments, 'event_id in (' ~ arrived_ids('events') ~ ')') -}}
{%- endmacro %}


{% macro get_incremental_arrived_lines_sql(arguments) -%}
    {{- replaced_rows(arguments, '(transaction_id, line_number) in (' ~ arrived_ids('transactions') ~ ')') -}}
{%- endmacro %}


{% macro get_incremental_arrived_rows_sql(arguments) -%}
    {%- set conditions = [] -%}
    {%- for table in raw_registry() -%}
        {%- do conditions.append('(source_table = ' ~ literal(table) ~ ' and ' ~ has_arrived(table, 'loaded_at') ~ ')') -%}
    {%- endfor -%}
    {{- replaced_rows(arguments, conditions | join(' or ')) -}}
{%- endmacro %}


{% macro arrived_ids(table) -%}
    {# The ids of the rows of a raw table that this run reads again, as a query. #}
    select {{ 'row_id, line_number' if table == 'transactions' else 'row_id' }} from {{ ref('int_arrivals') }} where source_table = {{ literal(table) }}
{%- endmacro %}


{% macro replaces_rows_by(names) -%}
    {#
        Tells dbt that an incremental model needs the plan of the run and these models, which name the rows that it gives up,
        where its SQL doesn't. Nothing at run time.
    #}
    {%- for name in ['run_plan'] + names if not execute -%}
        {%- do ref(name) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro replaced_rows(arguments, condition) -%}
    {{- adapter.dispatch('replaced_rows')(arguments, condition) -}}
{%- endmacro %}


{% macro default__replaced_rows(arguments, condition) -%}
    {%- set names = [] -%}
    {%- for column in arguments.dest_columns -%}
        {%- do names.append(quoted_identifier(column.name)) -%}
    {%- endfor -%}
    {%- set columns = names | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where {{ condition }};

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro %}
