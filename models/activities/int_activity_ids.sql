{{- config(materialized="view", schema="store", tags=["constant"]) -}}

-- The id of each activity, as people know it, and what it was done with.
select
    activity_key,
    event_id as activity_id,
    asset
from {{ ref('int_events') }}

union all

select
    activity_key,
    transaction_id || ':' || line_number as activity_id,
    asset
from {{ ref('int_transaction_lines') }}
