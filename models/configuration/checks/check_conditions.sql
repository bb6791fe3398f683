{{- config(materialized="ephemeral") -}}

with conditions as (

    select
        *,
        operator in ('<', '<=', '>', '>=')
        and field_type in ('text', 'timestamp', 'date')
        and {{ regexp_matches('lower(value)', '^\\s*[+-]?[0-9.,]+\\s*(minute|hour|day|week|month|year)s?\\s*$') }} as orders_by_duration
    from {{ ref('named_fields') }}
    where can_stand_here

),

compared as (

    select
        compared_values.*,
        conditions.orders_by_duration
    from {{ ref('compared_values') }} as compared_values
    inner join conditions
        on
            compared_values.seed = conditions.seed
            and compared_values.row_number = conditions.row_number
            and compared_values.column_name = conditions.column_name

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
    case takes
        when 'nothing' then 'an empty cell'
        when 'list' then 'values split at |'
        when 'duration' then {{ literal(what_is_allowed('duration', {})) }}
        else 'a value'
    end as allowed
from conditions
where operator_suits and (takes = 'nothing') = (value is not null)

union all

-- check: an operator that takes a duration is given one
select
    seed, row_number, 'value' as column_name,
    '<cell> is not a duration' as problem,
    {{ literal(what_is_allowed('duration', {})) }} as allowed
from conditions
where
    takes = 'duration'
    and operator_suits
    and value is not null
    and not coalesce({{ years_of_duration('value') }} between 0.000001 and 1000.01, false)

union all

-- check: an operator that puts values in order is given none
select
    seed, row_number, 'operator' as column_name,
    '<cell> can''t compare with a duration, ' || {{ shown('value') }} as problem,
    case
        when context = 'segment' then 'within last, within next: they take a duration'
        else 'an instant, a number or text as value: only conditions of segments take durations (within last, within next)'
    end as allowed
from conditions
where orders_by_duration

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
    or (field_type in ('timestamp', 'date') and {{ as_utc_timestamp('part') }} is null and not orders_by_duration)
    or (field_type = 'boolean' and lower(trim(part)) not in ('true', 'false'))

union all

-- check: a pattern is a regular expression
select
    seed, row_number, 'value' as column_name,
    '<cell> is not a regular expression' as problem,
    'a regular expression like ^/blog/' as allowed
from compared
where operator = 'matches' and not ({{ regexp_is_valid('value') }})
