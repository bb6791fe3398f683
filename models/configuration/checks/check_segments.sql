{{- config(materialized="ephemeral") -}}

{#- Which segment names which, known when the SQL is written: it stands there as values. -#}
{%- set fields, cells = ref('named_fields'), ref('seed_cells') -%}
{%- set naming -%}
select owners.value, substr(fields.field, length('segment.') + 1), fields.row_number, fields.column_name
from {{ fields }} as fields
inner join {{ cells }} as owners
on fields.seed = owners.seed and fields.row_number = owners.row_number and owners.column_name = 'segment_id'
where fields.kind = 'segment' and fields.can_stand_here and owners.value is not null
order by fields.row_number, fields.column_name
{%- endset -%}
{%- set edges = run_query(naming).rows if execute and load_relation(fields) and load_relation(cells) else [] -%}
{%- set found = [] -%}
{%- set comparing = "('=', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'has', 'has not')" -%}
{%- for circle in circles(edges) -%}
{%- do found.append(circle[2:]) -%}
{%- endfor -%}
with circles as (

    select * from {{ inline_table(found + [[0, '', '']], ['row_number', 'column_name', 'circle']) }}
    where row_number > 0

),

compared as (

    select
        conditions.*,
        others.kind as other_kind,
        others.field_type as other_type,
        case
            when conditions.field_type in ('decimal', 'integer') then 'number'
            when conditions.field_type in ('date', 'timestamp') then 'time'
            else conditions.field_type
        end as compared_as,
        case
            when others.field_type in ('decimal', 'integer') then 'number'
            when others.field_type in ('date', 'timestamp') then 'time'
            else others.field_type
        end as other_compared_as
    from {{ ref('named_fields') }} as conditions
    inner join {{ ref('named_fields') }} as others
        on
            conditions.seed = others.seed
            and conditions.row_number = others.row_number
            and others.column_name = 'value'
    where conditions.operator_suits and conditions.can_stand_here and others.can_stand_here

)

-- check: a segment doesn't depend on itself
select
    'segment_conditions' as seed, row_number, column_name,
    'the segment depends on itself: ' || circle as problem,
    'segments that don''t depend on this one' as allowed
from circles

union all

-- check: a pattern stands in the configuration, not in data
select
    seed, row_number, 'value' as column_name,
    'operator ' || operator || ' can''t take another field' as problem,
    'a regular expression like ^/blog/' as allowed
from compared
where operator = 'matches'

union all

-- check: bands that were entered, of which there may be several, aren't compared with a field
select
    seed, row_number, case when kind = 'transition' then 'field' else 'value' end as column_name,
    '<cell> may be several bands, so it can''t be compared with another field' as problem,
    'a field that has one value, like band.<model_id>' as allowed
from compared
where operator != 'matches' and (kind = 'transition' or other_kind = 'transition')

union all

-- check: what is compared with a field can be
select
    seed, row_number, 'value' as column_name,
    '<cell> holds ' || other_type || ' values, which can''t be compared with ' || {{ shown('field') }}
    || case when operator in {{ comparing }} then '' else ' by operator ' || operator end as problem,
    case
        when operator in {{ comparing }} then 'a field that holds ' || field_type || ' or text values'
        else 'a field that holds text values'
    end as allowed
from compared
where
    other_type != 'text'
    and operator != 'matches'
    and other_kind != 'transition'
    and (
        operator not in {{ comparing }}
        or (field_type != 'text' and compared_as != other_compared_as)
    )
    and takes in ('value', 'list')

union all

-- check: what has no dates isn't asked for one
select
    seed, row_number, 'operator' as column_name,
    '<cell> asks for a date, and ' || {{ shown('field') }} || ' holds none' as problem,
    '=, !=, in, not in, or a field that holds dates' as allowed
from {{ ref('named_fields') }}
where takes = 'duration' and can_stand_here and operator_suits and field_type = 'text' and kind != 'contact'
