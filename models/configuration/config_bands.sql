-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('score_bands'), 'score_bands') }}

),

typed as (

    select
        cast(row_number() over (order by seed.model_id, seed.band_id) as smallint) as band_number,
        models.model_number,
        seed.model_id,
        seed.band_id,
        coalesce(seed.title, seed.band_id) as title,
        seed.action,
        {{ as_points('seed.above') }} as above,
        {{ as_points('seed.from_score') }} as from_score,
        {{ as_points('seed.up_to') }} as up_to,
        {{ as_points('seed.below') }} as below,
        coalesce({{ as_boolean('seed.notify') }}, false) as notify,
        {{ duration_columns('seed.notify_again_after', 'notify_again') }}
    from seed
    inner join {{ ref('config_models') }} as models on seed.model_id = models.model_id

)

select * from typed
