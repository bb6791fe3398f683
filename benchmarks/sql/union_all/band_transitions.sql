select model_id, contact_id, moved_at as transitioned_at, previous_band_id, band_id, score
from score_history
where band_id is distinct from previous_band_id
