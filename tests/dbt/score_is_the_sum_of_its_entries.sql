-- The unlimited score of every contact equals the sum of its ledger entries valid at as_of.
with sums as (

    select
        model_number,
        contact_key,
        sum(points) as points
    from {{ moved_rows(ref('int_ledger')) }}
    where valid_from <= {{ as_of() }} and (valid_to is null or {{ as_of() }} < valid_to)
    group by model_number, contact_key

)

select
    scores.model_number,
    scores.contact_key,
    scores.unlimited_score,
    sums.points
from {{ moved_rows(ref('int_scores')) }} as scores
full outer join sums
    on
        scores.model_number = sums.model_number
        and scores.contact_key = sums.contact_key
where scores.unlimited_score is distinct from coalesce(sums.points, 0)
