select
    model_id,
    title,
    description,
    starting_points,
    minimum_score,
    maximum_score
from {{ ref('config_models') }}
