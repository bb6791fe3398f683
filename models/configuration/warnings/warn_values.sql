{{- config(materialized="ephemeral") -}}

{%- set white_space = '[\\s\\x0b\\x{85}\\p{Z}]' -%}
-- depends_on: {{ ref('config_errors') }}

with compared as (

    select * from {{ ref('compared_values') }}

)

-- warning: columns have no white space around their values; those of JSON may
select distinct
    seed, row_number, 'value' as column_name,
    {{ shown('part') }} || ' is found nowhere: values of ' || field || ' have no white space around them' as problem,
    'the value without white space at its ends' as allowed
from compared
where
    field_type = 'text'
    and kind in ('contact', 'event', 'transaction')
    {%- for prefix in json_fields() %}
    and not {{ starts_with('field', literal(prefix)) }}
    {%- endfor %}
    and operator in ('=', '!=', 'in', 'not in', 'has', 'has not', 'starts with', 'ends with')
    and (
        (operator != 'ends with' and {{ regexp_matches('part', '^' ~ white_space) }})
        or (operator != 'starts with' and {{ regexp_matches('part', white_space ~ '$') }})
    )

union all

-- warning: a field in braces is text where it isn't the whole value of a segment's condition
select distinct
    seed, row_number, 'value' as column_name,
    {{ shown('part') }} || ' is text here, not a field' as problem,
    case context
        when 'segment' then 'the field alone as the value, in a clause of its own'
        else 'another value: only conditions of segments compare with fields'
    end as allowed
from compared
where {{ regexp_matches('part', '^ *[{] *(contact|event|transaction|score|band|transition|rfm|segment)[.].*[}] *$') }}
