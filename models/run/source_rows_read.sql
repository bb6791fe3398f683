{{- config(materialized="incremental", incremental_strategy="source_rows", full_refresh=false, enabled=is_source_read()) -}}

-- depends_on: {{ ref('run_plan') }}

-- The rows of vendors' tables as the last finished run read them. Never made anew: it tells what the rest was made of.
select
    {{ source_row_columns() | join(',\n    ') }}
from {{ ref('run_source_rows') }}
where state = 'there'
