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

-- A problem that begins with `<cell>` is said of what stands in the cell.
shown as (

    select
        cells.seed,
        cells.row_number,
        cells.row_key,
        cells.column_name,
        cells.value,
        case
            when mistakes.problem like '<cell>%' then {{ shown('cells.value') }} || substr(mistakes.problem, 7)
            else mistakes.problem
        end as problem,
        mistakes.allowed
    from mistakes
    inner join {{ ref('seed_cells') }} as cells
        on
            mistakes.seed = cells.seed
            and mistakes.row_number = cells.row_number
            and mistakes.column_name = cells.column_name

)

select * from {{ ref('check_files') }}
union all
select * from shown
