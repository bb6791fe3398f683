{% macro loaded_instants(table) -%}
    {# When each row of a raw table was loaded; no rows if there is no table. Unit tests override this macro. #}
    {%- set header = raw_header(table) -%}
    {%- set loaded_at = {'name': 'loaded_at', 'type': 'timestamp'} -%}
    select
        '{{ table }}' as source_table,
        {{ read_value(loaded_at, header['loaded_at']) if 'loaded_at' in header else 'cast(null as timestamp)' }} as loaded_at
    {{ ('from ' ~ raw_source(table)) if header else 'where false' }}
{%- endmacro %}


{% macro has_arrived(table, loaded_at) -%}
    {#
        Whether a raw row has come since the last finished run: after its mark, in an hour that holds more rows than it read
        there, or with a loaded_at that can't be read. `loaded_at` is its SQL. Unit tests override this macro.
    #}
    {%- set query -%}
        select distinct mark, case when known_rows > read_rows then loaded_hour end as late_hour
        from {{ ref('run_batches') }}
        where source_table = {{ literal(table) }} and loaded_rows > 0
    {%- endset -%}
    {%- set conditions = [loaded_at ~ ' is null'] -%}
    {%- for row in (run_query(query).rows if execute else []) -%}
        {%- if row[0] is none -%}
            {{- return('true') -}}
        {%- endif -%}
        {%- if loop.first -%}
            {%- do conditions.append(loaded_at ~ ' > ' ~ instant_literal(row[0])) -%}
        {%- endif -%}
        {%- if row[1] is not none -%}
            {%- do conditions.append("date_trunc('hour', " ~ loaded_at ~ ') = ' ~ instant_literal(row[1])) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return('(' ~ (conditions | join(' or ')) ~ ')') -}}
{%- endmacro %}


{% macro arrived_source(table) -%}
    {#
        The rows of a raw table that have come since the last finished run. The condition is on the raw column where that is a
        timestamp, so that an engine can pass over the blocks of older rows.
    #}
    {%- set header = raw_header(table) -%}
    {%- if not header -%}
        {{- return(none) -}}
    {%- elif header.get('loaded_at') == 'timestamp' -%}
        {%- set condition = has_arrived(table, 'loaded_at') ~ ' or loaded_at < ' ~ beginning_of_time() -%}
    {%- elif 'loaded_at' in header -%}
        {%- set condition = has_arrived(table, read_value({'name': 'loaded_at', 'type': 'timestamp'}, header['loaded_at'])) -%}
    {%- else -%}
        {%- set condition = 'true' -%}
    {%- endif -%}
    (
        select *
        from {{ raw_source(table) }}
        where {{ condition }}
    )
{%- endmacro %}


{% macro new_rows(table, staged, key) -%}
    {#
        The staged rows that have come since the last finished run, and the older ones with the same key, as a query. Older rows
        are searched by their keys alone. No rows in a full run.
    #}
    {%- set same_key = '(' ~ (key | join(', ')) ~ ')' -%}
    {%- if is_full_run() -%}
    -- A full run reads everything.
    select * from {{ staged }}
    where false
    {%- else -%}
    with arrived as (

        {{ staged_rows(table, arrived_source(table)) }}

    ),

    readable as (

        select *
        from arrived
        where
            {{ required_are_present(table) | indent(8) }}

    ),

    known_keys as (

        select {{ key | join(', ') }}
        from {{ staged }}
        where {{ same_key }} in (select {{ key | join(', ') }} from readable) and not {{ has_arrived(table, 'loaded_at') }}

    )

    select * from readable

    union all

    select *
    from {{ staged }}
    where {{ same_key }} in (select {{ key | join(', ') }} from known_keys) and not {{ has_arrived(table, 'loaded_at') }}
    {%- endif -%}
{%- endmacro %}
