select
    model_id,
    category,
    minimum,
    maximum
from {{ ref('config_category_limits') }}

union all

select
    model_id,
    cast(null as {{ dbt.type_string() }}) as category,
    minimum_score as minimum,
    maximum_score as maximum
from {{ ref('config_models') }}
where minimum_score is not null or maximum_score is not null
