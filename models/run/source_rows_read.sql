{{- config(materialized="incremental", incremental_strategy="source_rows", full_refresh=false, enabled=is_source_read()) -}}

{% set landed, differing = ref('source_rows'), ref('run_source_rows') -%}

-- depends_on: {{ ref('run_plan') }}

-- The rows of vendors' tables as the last finished run read them. Never made anew: it tells what the rest was made of. What reads
-- rows comes after it, so that rows which land meanwhile are new to the next run.
select
    {{ source_row_columns() | join(',\n    ') }}
{%- if is_incremental() %}
from {{ differing }}
where state = 'there'
{%- else %}
from {{ landed }}
{%- endif %}
