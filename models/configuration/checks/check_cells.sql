{{- config(materialized="ephemeral") -}}

with cells as (

    select * from {{ ref('seed_cells') }}

)

-- check: a cell that is required is filled
select
    cells.seed, cells.row_number, cells.column_name,
    'a value is required' as problem,
    cells.allowed
from cells
-- A column that the file lacks altogether is one mistake of the file.
left join {{ ref('check_files') }} as files on cells.seed = files.seed and cells.column_name = files.column_name
where cells.is_required and cells.value is null and files.seed is null

union all

-- check: a cell can be read as its column's type
select
    seed, row_number, column_name,
    '<cell> is ' || case column_type
        when 'choice' then 'not known here'
        when 'integer' then 'not a whole number'
        when 'boolean' then 'neither true nor false'
        when 'timestamp' then 'not an instant'
        when 'duration' then 'not a duration'
        else 'not a number that can be kept exactly'
    end as problem,
    allowed
from cells
where value is not null and not is_readable

union all

-- check: a number is within its range
select
    seed, row_number, column_name,
    '<cell> is out of range' as problem,
    allowed
from cells
where number <= above or number < at_least or number > at_most

union all

-- check: a duration is positive, and within the calendar
select
    seed, row_number, column_name,
    case when years = 0 then '<cell> is not positive' else '<cell> is too long' end as problem,
    allowed
from cells
where years = 0 or years > 1000.01
