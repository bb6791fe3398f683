-- The visitors that this run identifies: all of them in a full run, else those about whom something has arrived or come to pass.
{%- if is_full_run() %}
-- This is a full run: it looks at everybody.
select visitor_key
from {{ ref('int_visitor_keys') }}
{%- else %}
select visitors.visitor_key
from {{ ref('run_arrivals') }} as arrivals
inner join {{ ref('int_visitor_keys') }} as visitors on arrivals.anonymous_id = visitors.anonymous_id

union

select visitor_key
from {{ ref('int_events') }}
where visitor_key is not null and {{ has_come('occurred_at') }}
{%- endif %}
