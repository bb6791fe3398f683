{{- config(materialized="view") -}}

-- What can't be meant, though it can be run: `leadscore validate` tells it, and goes on.
with found as (

    select * from {{ ref('warn_unused') }}
    union all
    select * from {{ ref('warn_conditions') }}
    union all
    select * from {{ ref('warn_bands') }}

)

-- A problem that begins with `<cell>` is said of what stands in the cell.
select
    cells.seed,
    cells.row_number,
    cells.row_key,
    cells.column_name,
    cells.value,
    case
        when found.problem like '<cell>%' then {{ shown('cells.value') }} || substr(found.problem, 7)
        else found.problem
    end as problem,
    found.allowed
from found
inner join {{ ref('seed_cells') }} as cells
    on
        found.seed = cells.seed
        and found.row_number = cells.row_number
        and found.column_name = cells.column_name
