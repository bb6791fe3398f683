{{- config(materialized="view") -}}

-- The contacts about whom something has arrived or come to pass since the last run.
select contact_id
from {{ ref('int_arrivals') }}

union

select contact_id
from {{ ref('int_arrived_events') }}
where anonymous_id in (select visitors.anonymous_id from {{ ref('int_touched_visitors') }} as visitors)

union

select contact_id
from {{ ref('int_arrived_events') }}
where {{ has_come('occurred_at') }}

union

select contact_id
from {{ ref('int_arrived_lines') }}
where {{ has_come('occurred_at') }}

union

select contact_id
from {{ ref('stg_contacts') }}
where
    {{ has_come('created_at') }}
    or {{ has_come('updated_at') }}
    or {{ has_come('deleted_at') }}

union

select contact_id
from {{ ref('stg_score_adjustments') }}
where
    {{ has_come('adjusted_at') }}
    or {{ has_come('deleted_at') }}
