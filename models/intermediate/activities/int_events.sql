{{- config(materialized="view") -}}

-- The events that had happened by as_of, a row each.
select *
from {{ ref('int_arrived_events') }}
where occurred_at <= {{ as_of() }}
