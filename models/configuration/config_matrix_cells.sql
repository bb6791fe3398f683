-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('score_matrix'), 'score_matrix') }}

),

cells as (

    select
        matrix_id,
        first_model_id,
        first_band_id,
        second_model_id,
        second_band_id,
        label
    from seed

)

select * from cells
