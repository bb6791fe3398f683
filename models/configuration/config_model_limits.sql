-- What empty categories are worth: nothing, unless a limit keeps 0 out.
select
    models.model_id,
    cast(row_number() over (order by models.model_id) as smallint) as model_number,
    models.minimum_score,
    models.maximum_score,
    coalesce(sum({{ within('0', 'limits.minimum', 'limits.maximum') }}), 0) as empty_points
from {{ ref('config_models') }} as models
left join {{ ref('config_category_limits') }} as limits on models.model_id = limits.model_id
group by models.model_id, models.minimum_score, models.maximum_score
