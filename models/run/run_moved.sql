-- The contacts whose scores and marts this run makes anew: those that it scores, those whose points begin or end to count between
-- the last run's as_of and this one's, and those of whom people were told since the last run.
{%- if is_full_run() %}
-- This is a full run: it makes everybody's anew.
select contact_key
from {{ ref('run_contacts') }}
{%- else %}
with deliveries as (

    {{ notification_deliveries() }}

)

select contact_key
from {{ ref('run_contacts') }}

union

select contact_key
from {{ ref('int_ledger') }}
where
    {{ has_come('valid_from') }}
    or {{ has_come('valid_to') }}

union

select contacts.contact_key
from deliveries
inner join {{ ref('int_contact_keys') }} as contacts on deliveries.contact_id = contacts.contact_id
where deliveries.recorded_after_run >= {{ last_finished_run() }}
{%- endif %}
