{{- config(materialized="view") -}}

with conditions as (

    select * from {{ ref('named_fields') }}
    where can_stand_here

),

compared as (

    select * from {{ ref('compared_values') }}

)

-- check: an operator suits the type of its field
select
    seed, row_number, 'operator' as column_name,
    '<cell> doesn''t suit ' || {{ shown('field') }} || ', which holds ' || field_type || ' values' as problem,
    allowed_operators as allowed
from conditions
where not operator_suits

union all

-- check: a value stands where the operator takes one, and nowhere else
select
    seed, row_number, 'value' as column_name,
    'operator ' || operator || case when takes = 'nothing' then ' takes no value' else ' needs a value' end as problem,
    case takes when 'nothing' then 'an empty cell' when 'list' then 'values split at |' else 'a value' end as allowed
from conditions
where operator_suits and (takes = 'nothing') = (value is not null)

union all

-- check: a value is of its field's type, each value of a list
select
    seed, row_number, 'value' as column_name,
    {{ shown('part') }} || ' doesn''t suit ' || {{ shown('field') }} || ', which holds ' || field_type || ' values' as problem,
    case
        when field_type = 'boolean' then 'true, false'
        when field_type in ('decimal', 'integer') then 'a number'
        else {{ literal(what_is_allowed('timestamp', {})) }}
    end as allowed
from compared
where
    (field_type in ('decimal', 'integer') and {{ as_number('part') }} is null)
    or (field_type in ('timestamp', 'date') and {{ as_utc_timestamp('part') }} is null)
    or (field_type = 'boolean' and lower(trim(part)) not in ('true', 'false'))

union all

-- check: a pattern is a regular expression
select
    seed, row_number, 'value' as column_name,
    '<cell> is not a regular expression' as problem,
    'a regular expression like ^/blog/' as allowed
from compared
where operator = 'matches' and not ({{ regexp_is_valid('value') }})
