with mistakes as (

    select * from {{ ref('check_cells') }}
    union all
    select * from {{ ref('check_ids') }}
    union all
    select * from {{ ref('check_references') }}
    union all
    select * from {{ ref('check_rules') }}
    union all
    select * from {{ ref('check_rule_shapes') }}
    union all
    select * from {{ ref('check_fields') }}
    union all
    select * from {{ ref('check_conditions') }}
    union all
    select * from {{ ref('check_segments') }}
    union all
    select * from {{ ref('check_limits') }}
    union all
    select * from {{ ref('check_bands') }}
    union all
    select * from {{ ref('check_conversions') }}

),

shown as (

    {{ told_of_cells('mistakes') }}

)

select * from {{ ref('check_files') }}
union all
select * from shown
