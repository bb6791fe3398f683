-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('scoring_models'), 'scoring_models') }}

),

active as (

    select
        -- Short names for joins on large tables, here and below: another configuration gives others, and makes everything anew.
        cast(row_number() over (order by model_id) as smallint) as model_number,
        model_id,
        {{ id_prefix('start', 'model_id') }} as entry_prefix,
        coalesce(title, model_id) as title,
        description,
        {{ as_points("coalesce(starting_points, '0')") }} as starting_points,
        {{ as_points('minimum_score') }} as minimum_score,
        {{ as_points('maximum_score') }} as maximum_score
    from seed
    where coalesce({{ as_boolean('is_active') }}, true)

)

select * from active
