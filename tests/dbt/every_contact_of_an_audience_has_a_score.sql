-- No contact is lost on the way, and none is scored twice or uninvited.
select
    audience.model_id as audience_model_id,
    audience.contact_id as audience_contact_id,
    scores.model_id,
    scores.contact_id
from {{ moved_rows(ref('int_audience')) }} as audience
full outer join {{ moved_rows(ref('contact_scores')) }} as scores
    on
        audience.model_id = scores.model_id
        and audience.contact_id = scores.contact_id
where audience.contact_id is null or scores.contact_id is null
