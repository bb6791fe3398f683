{{ config(severity='warn') }}
-- What was left out of the raw tables, or counts as missing, because it can't be read: a row each.
select
    source_table,
    row_key,
    reason
from {{ ref('rejected_rows') }}
