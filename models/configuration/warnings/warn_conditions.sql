{{- config(materialized="ephemeral") -}}

{#- A number as people write one. -#}
{%- set number = '^[+-]?[0-9.]*[.,]?[0-9]+([eE][+-]?[0-9]+)?$' -%}
-- depends_on: {{ ref('config_errors') }}

with cells as (

    select * from {{ ref('seed_cells') }}

),

conditions as (

    select
        fields.*,
        owners.value as owner_id,
        clauses.value as clause,
        min(fields.row_number) over (
            partition by fields.seed, owners.value, clauses.value, fields.field, fields.operator, coalesce(fields.value, '')
        ) as first_row
    from {{ ref('named_fields') }} as fields
    inner join cells as owners
        on fields.seed = owners.seed and fields.row_number = owners.row_number and owners.to_seed is not null
    inner join cells as clauses
        on fields.seed = clauses.seed and fields.row_number = clauses.row_number and clauses.column_name = 'clause'
    where fields.column_name = 'field'

),

equalities as (

    select * from conditions
    where
        operator = '='
        and other_field is null
        and field_type in ('text', 'decimal', 'integer')
        and kind != 'transition'

)

-- warning: a number that isn't plain is put in order as text
select
    seed, row_number, 'value' as column_name,
    '<cell> isn''t a plain number, so ' || operator || ' compares it as text' as problem,
    'a number like 7 or 7.5 without leading zeros, or `starts with` or `matches` for a code' as allowed
from conditions
where
    field_type = 'text'
    and operator in ('<', '<=', '>', '>=')
    and {{ regexp_matches('trim(value)', number) }}
    and not {{ is_plain_number('value') }}

union all

-- warning: what looks like a list is one value
select
    seed, row_number, 'operator' as column_name,
    '<cell> takes ' || {{ shown('value') }} || ' for one value' as problem,
    'operator ' || case operator when '=' then 'in' else 'not in' end || ', which splits values at |' as allowed
from conditions
where operator in ('=', '!=') and field_type = 'text' and other_field is null and value like '%|%'

union all

-- warning: a condition stands once in its clause
select
    seed, row_number, 'field' as column_name,
    concat('row ', first_row, ' has the same condition in the same clause') as problem,
    'the condition once' as allowed
from conditions
where row_number > first_row

union all

-- warning: a field has one value
select
    later.seed, later.row_number, 'value' as column_name,
    concat('the clause never holds: row ', min(earlier.row_number), ' asks for another value of the same field') as problem,
    'operator in, or another clause: one of them is enough' as allowed
from equalities as later
inner join equalities as earlier
    on
        later.seed = earlier.seed
        and later.owner_id = earlier.owner_id
        and later.clause = earlier.clause
        and later.field = earlier.field
        and later.row_number > earlier.row_number
where
    later.value != earlier.value
    and ({{ as_number('later.value') }} = {{ as_number('earlier.value') }}) is not true
group by later.seed, later.row_number
