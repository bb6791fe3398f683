-- depends_on: {{ ref('config_errors') }}

-- Apart from the conditions of rules: nothing that scores depends on it.
with seed as (

    {{ seed_rows(ref('segment_conditions'), 'segment_conditions') }}

),

active as (

    select
        'segment' as owner_type,
        seed.segment_id as owner_id,
        seed.clause,
        seed.field,
        seed.operator,
        seed.value,
        seed.row_number
    from seed
    inner join {{ ref('config_segments') }} as segments on seed.segment_id = segments.segment_id

)

select * from active
