-- The scoring models, each with the instants that the run scores for: so that views compare them with a model's rows in one join.
select
    models.model_number,
    models.model_id,
    plan.as_of,
    plan.forecast_until
from {{ ref('config_models') }} as models
cross join {{ ref('run_plan') }} as plan
