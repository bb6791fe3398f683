{{- config(materialized="view") -}}

-- The transaction lines that count and had been ordered by as_of, a row each.
select *
from {{ ref('int_arrived_lines') }}
where occurred_at <= {{ as_of() }}
