-- The unlimited score of every contact equals the sum of its ledger entries valid at as_of.
with sums as (

    select
        model_id,
        contact_id,
        sum(points) as points
    from {{ moved_rows(ref('fct_score_ledger')) }}
    where valid_from <= {{ as_of() }} and (valid_to is null or {{ as_of() }} < valid_to)
    group by model_id, contact_id

)

select
    scores.model_id,
    scores.contact_id,
    scores.unlimited_score,
    sums.points
from {{ moved_rows(ref('contact_scores')) }} as scores
full outer join sums
    on
        scores.model_id = sums.model_id
        and scores.contact_id = sums.contact_id
where scores.unlimited_score is distinct from coalesce(sums.points, 0)
