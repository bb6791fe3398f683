select
    model_id,
    band_id,
    title,
    action,
    above,
    from_score,
    up_to,
    below,
    notify
from {{ ref('config_bands') }}
