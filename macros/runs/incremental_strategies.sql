{#
    How incremental models take in what a run made: in one transaction they give up the rows that it made anew (also of contacts
    that have none any more), and take its own.
#}

{% macro get_incremental_touched_contacts_sql(arguments) -%}
    {{- matching_rows(arguments, ['contact_id'], 'select contact_id from ' ~ ref('int_touched_contacts')) -}}
{%- endmacro %}


{% macro get_incremental_moved_contacts_sql(arguments) -%}
    {{- matching_rows(arguments, ['contact_id'], 'select contact_id from ' ~ ref('int_moved_contacts')) -}}
{%- endmacro %}


{% macro get_incremental_touched_visitors_sql(arguments) -%}
    {{- matching_rows(arguments, ['anonymous_id'], 'select anonymous_id from ' ~ ref('int_touched_visitors')) -}}
{%- endmacro %}


{% macro get_incremental_touched_people_sql(arguments) -%}
    {%- set contacts = 'select contact_id from ' ~ ref('int_touched_contacts') -%}
    {%- set visitors = 'select anonymous_id from ' ~ ref('int_read_visitors') -%}
    {%- set condition -%}
        named_contact_id in ({{ contacts }})
        or (named_contact_id is null and (anonymous_id is null or anonymous_id in ({{ visitors }})))
    {%- endset -%}
    {{- replaced_rows(arguments, condition, contacts ~ ' union all ' ~ visitors ~ " union all select ''") -}}
{%- endmacro %}


{% macro get_incremental_arrived_events_sql(arguments) -%}
    {%- set people = "select coalesce(contact_id, anonymous_id, '') from " ~ ref('int_arrivals') ~ " where source_table = 'events'" -%}
    {{- matching_rows(arguments, ['event_id'], arrived_ids('events'), people) -}}
{%- endmacro %}


{% macro get_incremental_arrived_lines_sql(arguments) -%}
    {%- set people = 'select contact_id from ' ~ ref('int_arrivals') ~ " where source_table = 'transactions'" -%}
    {{- matching_rows(arguments, ['transaction_id', 'line_number'], arrived_ids('transactions'), people) -}}
{%- endmacro %}


{% macro get_incremental_arrived_rows_sql(arguments) -%}
    {%- set conditions = [] -%}
    {%- for table in raw_registry() -%}
        {%- do conditions.append('(source_table = ' ~ literal(table) ~ ' and ' ~ has_arrived(table, 'loaded_at') ~ ')') -%}
    {%- endfor -%}
    {{- replaced_rows(arguments, conditions | join(' or '), 'select source_table from ' ~ ref('run_batches')) -}}
{%- endmacro %}


{% macro matching_rows(arguments, columns, query, keys=none) -%}
    {#
        The rows whose columns are those of a row of a query give way to the new ones. `keys`: as for `replaced_rows`; the query
        itself unless told.
    #}
    {%- set names = columns | join(', ') if columns | length == 1 else '(' ~ (columns | join(', ')) ~ ')' -%}
    {{- replaced_rows(arguments, names ~ ' in (' ~ query ~ ')', keys or query, {'columns': columns, 'query': query}) -}}
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


{% macro replaced_rows(arguments, condition, keys, matching=none) -%}
    {#
        The rows for which `condition` holds give way to the new ones. `keys`: a query of the keys (see `bucket_of_strategy`) of all
        of them. `matching`: the condition as {columns, query}, where it is that the columns are those of a row of the query.
    #}
    {{- adapter.dispatch('replaced_rows')(arguments, condition, keys, matching) -}}
{%- endmacro %}


{% macro default__replaced_rows(arguments, condition, keys, matching=none) -%}
    delete from {{ arguments.target_relation }}
    where {{ condition }};

    insert into {{ arguments.target_relation }} by name
    select * from {{ arguments.temp_relation }}
{%- endmacro %}
