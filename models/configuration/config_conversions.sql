-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('conversions'), 'conversions') }}

),

typed as (

    select
        cast(row_number() over (order by conversion_id) as smallint) as conversion_number,
        conversion_id,
        coalesce(title, conversion_id) as title,
        description,
        activity,
        coalesce({{ as_integer('observations') }}, 6) as observations,
        {{ duration_columns("coalesce(horizon, '30 days')", 'horizon') }},
        {{ duration_columns("coalesce(observe_every, '30 days')", 'observe_every') }}
    from seed
    where coalesce({{ as_boolean('is_active') }}, true)

)

select * from typed
