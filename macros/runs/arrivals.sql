{% macro has_arrived(table, loaded_at) -%}
    {#
        Whether a raw row has come since the last finished run: after its mark, in an hour that holds more rows than it read
        there, or with a loaded_at that can't be read. `loaded_at` is its SQL. Unit tests override this macro.
    #}
    {%- set conditions = [loaded_at ~ ' is null'] -%}
    {%- for mark, late_hour in _marks_of_arrivals(table) -%}
        {%- if mark is none -%}
            {{- return('true') -}}
        {%- endif -%}
        {%- if loop.first -%}
            {%- do conditions.append(loaded_at ~ ' > ' ~ instant_literal(mark)) -%}
        {%- endif -%}
        {%- if late_hour is not none -%}
            {%- do conditions.append("date_trunc('hour', " ~ loaded_at ~ ') = ' ~ instant_literal(late_hour)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return('(' ~ (conditions | join(' or ')) ~ ')') -}}
{%- endmacro %}


{% macro _marks_of_arrivals(table) -%}
    {# The mark of a raw table, with each hour that holds more rows than were read there. #}
    {%- set query -%}
        select distinct mark, case when known_rows > read_rows then loaded_hour end as late_hour
        from {{ ref('run_batches') }}
        where source_table = {{ literal(table) }} and loaded_rows > 0
    {%- endset -%}
    {%- if not execute -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set known = known_in_this_run().setdefault('marks_of_arrivals', {}) -%}
    {%- if table not in known -%}
        {%- do known.update({table: run_query(query).rows}) -%}
    {%- endif -%}
    {{- return(known[table]) -}}
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
        The staged rows that have come since the last finished run, and the older ones with the same key, as a query. No rows in a full
        run. Older rows are searched by their keys alone; what is wide is read only of rows that are found.
    #}
    {%- if is_full_run() -%}
    -- A full run reads everything.
    select {% for column in raw_registry()[table] %}{{ column.name }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ staged }}
    where false
    {%- else -%}
    {#- Where rows have no places, by their keys once more. -#}
    {%- set header, place = raw_header(table), raw_place(table) -%}
    {%- set found_by = {'place': place} if place else _read_key(table, key) -%}
    with arrived as (

        {{ staged_rows(table, arrived_source(table)) }}

    ),

    readable as (

        select *
        from arrived
        where
            {{ required_are_present(table) }}

    ),

    {{- _sought_keys(table, key) }}

    found as (

        select {% for name, read in found_by.items() %}{{ read }} as {{ name }}{{ ', ' if not loop.last }}{% endfor %}
        {%- if header %}
        from {{ raw_source(table) }}
        where {{ _is_among(_read_key(table, key), 'sought' if source_models(table) else 'readable') }}
        {%- else %}
        where false
        {%- endif %}

    ),

    older as (

        {{ staged_rows(table, '(select * from ' ~ raw_source(table) ~ ' where ' ~ _is_among(found_by, 'found') ~ ')') }}

    )

    select * from readable

    union all

    select *
    from older
    where
        {{ required_are_present(table) }}
        and not {{ has_arrived(table, 'loaded_at') }}
    {{- _source_rows_sought(table, key) -}}{%- endif -%}
{%- endmacro %}


{% macro _read_key(table, key) -%}
    {# The columns of a key -> SQL of them as they are read from the raw table; null where it hasn't got one. #}
    {%- set header = raw_header(table) -%}
    {%- set read = {} -%}
    {%- for column in raw_registry()[table] if column.name in key -%}
        {%- do read.update({column.name: staged_value(column, header)}) -%}
    {%- endfor -%}
    {{- return(read) -}}
{%- endmacro %}


{% macro _is_among(columns, relation) -%}
    {# Whether values (a mapping: name -> SQL) are those of some row of a relation, in its columns of these names. #}
    ({{ columns.values() | join(', ') }}) in (select {{ columns | join(', ') }} from {{ relation }})
{%- endmacro %}


{% macro _sought_keys(table, key) -%}
    {# A part of the query of new rows: the keys of raw rows that have come, and of vendors' rows that differ. Nothing if none are read. #}
    {%- if source_models(table) %}

    sought as (

        select {{ key | join(', ') }}
        from readable

        union

        {{ differing_source_keys(table, key) }}

    ),
    {%- endif %}
{%- endmacro %}


{% macro _source_rows_sought(table, key) -%}
    {# The rest of it: the rows of vendors that have these keys. #}
    {%- if source_models(table) %}

    union all

    select {% for column in raw_registry()[table] %}{{ column.name }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ ref('source_' ~ table) }}
    where
        {{ required_are_present(table) }}
        and ({{ key | join(', ') }}) in (select {{ key | join(', ') }} from sought)
    {%- endif %}
{%- endmacro %}
