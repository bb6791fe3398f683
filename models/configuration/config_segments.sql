-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('segments'), 'segments') }}

),

active as (

    select
        -- A short name within a run; it has no meaning outside one.
        cast(row_number() over (order by segment_id) as smallint) as segment_number,
        segment_id,
        coalesce(title, segment_id) as title,
        description,
        coalesce({{ as_boolean('requires_consent') }}, true) as requires_consent
    from seed
    where coalesce({{ as_boolean('is_active') }}, true)

)

select * from active
