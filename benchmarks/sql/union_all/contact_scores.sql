select
    model_id,
    contact_id,
    score,
    band_id,
    rank() over (partition by model_id order by score desc) as score_rank
from (
    select *
    from score_history
    qualify row_number() over (partition by model_id, contact_id order by moved_at desc) = 1
)
