{#
    How incremental models take in what a run made: in one transaction they give up the rows that it made anew (also of contacts
    that have none any more), and take its own. A strategy is named for the table that says whose rows those are.
#}

{% macro get_incremental_run_contacts_sql(arguments) -%}
    {{- matching_rows(arguments, ['contact_key'], 'select contact_key from ' ~ ref('run_contacts')) -}}
{%- endmacro %}


{% macro get_incremental_run_moved_sql(arguments) -%}
    {{- matching_rows(arguments, ['contact_key'], 'select contact_key from ' ~ ref('run_moved')) -}}
{%- endmacro %}


{% macro get_incremental_moved_ids_sql(arguments) -%}
    {# The same where contacts go by their ids. #}
    {%- set ids -%}
        select contacts.contact_id from {{ ref('run_moved') }} as moved
        inner join {{ ref('int_contact_keys') }} as contacts on moved.contact_key = contacts.contact_key
    {%- endset -%}
    {{- matching_rows(arguments, ['contact_id'], ids) -}}
{%- endmacro %}


{% macro get_incremental_run_visitors_sql(arguments) -%}
    {{- matching_rows(arguments, ['visitor_key'], 'select visitor_key from ' ~ ref('run_visitors')) -}}
{%- endmacro %}


{% macro get_incremental_arrived_events_sql(arguments) -%}
    {%- set ids = 'select event_id from ' ~ ref('run_new_events') ~ _or_differing('events', ['event_id']) -%}
    {{- matching_rows(arguments, ['event_id'], ids) -}}
{%- endmacro %}


{% macro get_incremental_arrived_lines_sql(arguments) -%}
    {%- set ids = 'select transaction_id, line_number from ' ~ ref('run_new_lines') ~ _or_differing('transactions', ['transaction_id', 'line_number']) -%}
    {%- set keys = 'select transaction_id from ' ~ ref('run_new_lines') ~ _or_differing('transactions', ['transaction_id']) -%}
    {{- matching_rows(arguments, ['transaction_id', 'line_number'], ids, keys) -}}
{%- endmacro %}


{% macro _or_differing(table, columns) -%}
    {# The rest of a query of keys: those of vendors' rows that differ, which may be gone. #}
    {{- return(' union all ' ~ differing_source_keys(table, columns) if source_models(table) else '') -}}
{%- endmacro %}


{% macro get_incremental_source_rows_sql(arguments) -%}
    {# What is there no more as it was read. #}
    {%- set columns = ['row_id', 'line_number', 'content', 'source_table', 'source_model'] -%}
    {%- set gone = " from " ~ ref('run_source_rows') ~ " where state = 'gone'" -%}
    {{- matching_rows(arguments, columns, 'select ' ~ (columns | join(', ')) ~ gone, 'select row_id' ~ gone) -}}
{%- endmacro %}


{% macro get_incremental_arrived_rows_sql(arguments) -%}
    {%- set conditions = [] -%}
    {%- for table in raw_registry() -%}
        {%- do conditions.append('(source_table = ' ~ literal(table) ~ ' and ' ~ has_arrived(table, 'loaded_at') ~ ')') -%}
    {%- endfor -%}
    {{- replaced_rows(arguments, conditions | join(' or '), 'select source_table from ' ~ ref('run_batches')) -}}
{%- endmacro %}


{% macro get_incremental_added_rows_sql(arguments) -%}
    {# Nothing is given up. #}
    {{- replaced_rows(arguments, 'false', 'select cast(null as bigint) where false') -}}
{%- endmacro %}


{% macro matching_rows(arguments, columns, query, keys=none) -%}
    {#
        The rows whose columns are those of a row of a query give way to the new ones. `keys`: as for `replaced_rows`; the query
        itself unless told.
    #}
    {%- set names = columns | join(', ') if columns | length == 1 else '(' ~ (columns | join(', ')) ~ ')' -%}
    {{- replaced_rows(arguments, names ~ ' in (' ~ query ~ ')', keys or query, {'columns': columns, 'query': query}) -}}
{%- endmacro %}


{% macro replaced_rows(arguments, condition, keys, matching=none) -%}
    {#
        The rows for which `condition` holds give way to the new ones. `keys`: a query of the keys (see `bucket_of_strategy`) of all
        of them. `matching`: the condition as {columns, query}, where it is that the columns are those of a row of the query.
    #}
    {{- adapter.dispatch('replaced_rows')(arguments, condition, keys, matching) -}}
{%- endmacro %}


{% macro default__replaced_rows(arguments, condition, keys, matching=none) -%}
    {%- if condition != 'false' -%}
    delete from {{ arguments.target_relation }}
    where {{ condition }};
    {%- endif %}

    insert into {{ arguments.target_relation }} by name
    select * from {{ arguments.temp_relation }}
{%- endmacro %}
