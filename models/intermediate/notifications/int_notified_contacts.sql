-- The contacts whose notifications an incremental run makes anew: those whose scores moved, and those who were told of since
-- the last finished run.
{%- if is_full_run() %}
-- This is a full run: it makes everybody's rows anew.
select cast(null as {{ dbt.type_string() }}) as contact_id
where false
{%- else %}
with deliveries as (

    {{ notification_deliveries() }}

)

select contact_id
from {{ ref('int_moved_contacts') }}

union

select contact_id
from deliveries
where recorded_after_run >= {{ last_finished_run() }}
{%- endif %}
