{{- config(tags=["configuration"]) -}}

select
    owner_id as segment_id,
    clause,
    field,
    operator,
    value,
    row_number
from {{ ref('config_segment_conditions') }}
