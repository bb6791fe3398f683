-- The visitors about whom something has arrived or come to pass since the last run.
{%- if is_full_run() %}
-- This is a full run: it looks at all of them.
select cast(null as {{ dbt.type_string() }}) as anonymous_id
where false
{%- else %}

with touched as (

    select anonymous_id
    from {{ ref('int_arrivals') }}

    union

    select anonymous_id
    from {{ ref('int_arrived_events') }}
    where {{ has_come('occurred_at') }}

)

select anonymous_id
from touched
where anonymous_id is not null
{%- endif %}
