-- The last version; the earliest created_at counts.
select
    contact_id,
    min(created_at) over (partition by contact_id) as created_at,
    job_title
from source.raw.contacts
where created_at <= {as_of}
qualify row_number() over (partition by contact_id order by updated_at desc) = 1
