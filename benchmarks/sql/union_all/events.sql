-- The first loaded of an id counts.
select
    event_id as activity_id,
    contact_id,
    event_type,
    page_path,
    campaign_id,
    email_id,
    form_id,
    content_id,
    properties,
    occurred_at
from source.raw.events
where contact_id is not null and not is_machine and occurred_at <= {as_of}
qualify row_number() over (partition by event_id order by loaded_at) = 1
