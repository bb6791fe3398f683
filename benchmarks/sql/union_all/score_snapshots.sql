-- The last score of each day on which it changed: far fewer rows than a day's table of everybody.
select cast(moved_at as date) as snapshot_date, model_id, contact_id, score, band_id
from score_history
where score is distinct from previous_score
qualify row_number() over (partition by model_id, contact_id, cast(moved_at as date) order by moved_at desc) = 1
