-- No contact is lost on the way, and none is scored twice or uninvited.
select
    audience.model_number as audience_model_number,
    audience.contact_key as audience_contact_key,
    scores.model_number,
    scores.contact_key
from {{ moved_rows(ref('int_audience')) }} as audience
full outer join {{ moved_rows(ref('int_scores')) }} as scores
    on
        audience.model_number = scores.model_number
        and audience.contact_key = scores.contact_key
where audience.contact_key is null or scores.contact_key is null
