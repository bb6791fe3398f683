-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('category_limits'), 'category_limits') }}

),

typed as (

    select
        cast(row_number() over (order by seed.model_id, seed.category) as smallint) as category_number,
        models.model_number,
        seed.model_id,
        seed.category,
        {{ as_points('seed.minimum') }} as minimum,
        {{ as_points('seed.maximum') }} as maximum
    from seed
    inner join {{ ref('config_models') }} as models on seed.model_id = models.model_id

)

-- An empty category is worth nothing, unless its limits keep 0 out.
select
    *,
    {{ within('0', 'minimum', 'maximum') }} as empty_points
from typed
