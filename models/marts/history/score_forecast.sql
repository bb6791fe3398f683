select
    model_id,
    contact_id,
    from_band_id,
    to_band_id,
    score,
    changed_at as changes_at
from {{ ref('int_band_changes') }}
where
    changed_at > {{ as_of() }}
    and changed_at <= {{ add_duration(as_of(), 0, (var('forecast_days', 30) | int) ~ ' * 86400000000') }}
