-- A short number for each contact that this run scores: what is sorted and joined by contact many times goes by it. Another
-- run gives other numbers.
select
    contact_id,
    cast(row_number() over (order by contact_id) as integer) as contact_number,
    created_at
from {{ touched_rows(ref('int_contacts')) }}
