{{- config(materialized="table", enabled=is_source_read()) -}}

-- depends_on: {{ ref('config_errors') }}

-- The rows of vendors' tables that differ from what the last finished run read. Connectors write over rows, so that a row is known
-- by what it says: one that has changed is there as it is, and gone as it was. The first run reads everything.
with landed as (

    select *
    from {{ ref('source_rows') }}
    where {{ is_source_read_before() }}

),

read_before as (

    {{ source_rows_read_before() }}

),

different as (

    select
        {%- for column in source_row_columns() %}
        coalesce(landed.{{ column }}, read_before.{{ column }}) as {{ column }},
        {%- endfor %}
        case when read_before.row_id is null then 'there' else 'gone' end as state
    from landed
    full outer join read_before
        on
            landed.row_id = read_before.row_id
            and landed.line_number = read_before.line_number
            and landed.content = read_before.content
            and landed.source_table = read_before.source_table
            and landed.source_model = read_before.source_model
    where landed.row_id is null or read_before.row_id is null

),

-- A run that didn't finish may have taken them in, whatever they are now.
tried as (

    {{ source_rows_of_unfinished_run() }}

)

select * from different

union all

select
    {% for column in source_row_columns() -%}
    {{ column }},
    {% endfor -%}
    'tried' as state
from tried
