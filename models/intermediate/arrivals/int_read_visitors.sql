{{- config(materialized="view") -}}

-- The visitors whose anonymous events an incremental run reads: those touched, and those who are a touched contact.
select anonymous_id
from {{ ref('int_touched_visitors') }}

union

select anonymous_id
from {{ touched_rows(ref('int_identifications')) }}
