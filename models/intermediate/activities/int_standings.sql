{{- config(materialized="incremental", incremental_strategy="touched_people") -}}

{{- replaces_rows_by(['int_touched_contacts', 'int_read_visitors']) }}

-- How many activities each contact or visitor has that are scored, wait, or count for nobody.
select
    named_contact_id,
    anonymous_id,
    standing,
    count(*) as activities
from {{ ref('int_activities') }}
group by named_contact_id, anonymous_id, standing
