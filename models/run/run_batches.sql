{{- config(materialized="table") -}}

-- depends_on: {{ ref('config_errors') }}

-- What has arrived in the raw tables, counted by the hour of its loaded_at, and how much of it the last finished run read.
with seen_before as (

    {{ rows_seen_before() }}

),

read_before as (

    {{ rows_read_before() }}

),

marks as (

    select
        source_table,
        max(last_loaded_at) as mark
    from read_before
    group by source_table

),

raw_rows as (

    {% for table in raw_registry() -%}
    {{ loaded_instants(table) }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

),

batches as (

    select
        raw_rows.source_table,
        marks.mark,
        date_trunc('hour', raw_rows.loaded_at) as loaded_hour,
        count(*) as loaded_rows,
        count(case when raw_rows.loaded_at <= marks.mark then 1 end) as known_rows,
        max(raw_rows.loaded_at) as last_loaded_at
    from raw_rows
    left join marks on raw_rows.source_table = marks.source_table
    group by raw_rows.source_table, marks.mark, date_trunc('hour', raw_rows.loaded_at)

)

select
    coalesce(batches.source_table, seen_before.source_table) as source_table,
    batches.mark,
    coalesce(batches.loaded_hour, seen_before.loaded_hour) as loaded_hour,
    coalesce(batches.loaded_rows, 0) as loaded_rows,
    coalesce(batches.known_rows, 0) as known_rows,
    batches.last_loaded_at,
    coalesce(read_before.loaded_rows, 0) as read_rows,
    coalesce(seen_before.loaded_rows, 0) as seen_rows
from batches
full outer join seen_before
    on
        batches.source_table = seen_before.source_table
        and batches.loaded_hour is not distinct from seen_before.loaded_hour
left join read_before
    on
        batches.source_table = read_before.source_table
        and batches.loaded_hour is not distinct from read_before.loaded_hour
