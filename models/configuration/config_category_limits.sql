-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('category_limits'), 'category_limits') }}

),

typed as (

    select
        seed.model_id,
        seed.category,
        {{ as_points('seed.minimum') }} as minimum,
        {{ as_points('seed.maximum') }} as maximum
    from seed
    inner join {{ ref('config_models') }} as models on seed.model_id = models.model_id

)

select * from typed
