{{- config(materialized="view", tags=["constant"]) -}}

select
    source_table,
    row_key,
    reason,
    published_json as row_json,
    loaded_at
from {{ ref('rejected_row_contents') }}
