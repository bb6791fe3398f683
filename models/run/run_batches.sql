{{- config(materialized="table") -}}

-- depends_on: {{ ref('config_errors') }}

{%- set seen, finished = (load_relation(this), state_relation('run_state')) if execute else (none, none) -%}
{%- set counted = {'source_table': dbt.type_string(), 'loaded_hour': 'timestamp', 'loaded_rows': 'bigint'} %}

-- What has arrived in the raw tables, counted by the hour of its loaded_at, and how much of it the last finished run read.
-- The last run that began, whether it finished or not, may have taken rows in that are gone since.
with seen_before as (

    {{ kept_rows(seen, counted, condition='loaded_rows > 0') }}

),

read_before as (

    {{ kept_rows(finished, dict(counted, last_loaded_at='timestamp'), condition='source_table is not null') }}

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
    {% set header = raw_header(table) -%}
    select
        '{{ table }}' as source_table,
        {{ staged_value({'name': 'loaded_at', 'type': 'timestamp'}, header) }} as loaded_at
    {{ ('from ' ~ raw_source(table)) if header else 'where false' }}
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
