-- No contact of an audience is lost on the way, and none is scored twice or uninvited; and the unlimited score of each equals the sum
-- of its ledger entries valid at as_of.
with sums as (

    select
        model_number,
        contact_key,
        sum(points) as points
    from {{ moved_rows(ref('int_ledger')) }} as entries
    where valid_from <= {{ as_of() }} and (valid_to is null or {{ as_of() }} < valid_to)
    group by model_number, contact_key

)

select
    audience.model_number as audience_model_number,
    audience.contact_key as audience_contact_key,
    scores.model_number,
    scores.contact_key,
    scores.unlimited_score,
    sums.points
from {{ moved_rows(ref('int_audience')) }} as audience
full outer join {{ moved_rows(ref('int_scores')) }} as scores
    on
        audience.model_number = scores.model_number
        and audience.contact_key = scores.contact_key
full outer join sums
    on
        scores.model_number = sums.model_number
        and scores.contact_key = sums.contact_key
where
    audience.contact_key is null
    or scores.contact_key is null
    or scores.unlimited_score is distinct from coalesce(sums.points, 0)
