-- The contacts whose published rows an incremental run makes anew: those that it rescores, and those whose points begin or
-- end to count between the last run's as_of and this one's.
{%- if is_full_run() %}
-- This is a full run: it makes everybody's rows anew.
select cast(null as {{ dbt.type_string() }}) as contact_id
where false
{%- else %}

select contact_id
from {{ ref('int_touched_contacts') }}

union

select contact_id
from {{ ref('fct_score_ledger') }}
where
    {{ has_come('valid_from') }}
    or {{ has_come('valid_to') }}
{%- endif %}
