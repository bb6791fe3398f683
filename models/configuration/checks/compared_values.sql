{{- config(materialized="view") -}}

with conditions as (

    select * from {{ ref('named_fields') }}
    where can_stand_here and operator_suits and value is not null and other_field is null

)

select
    *,
    value as part
from conditions
where takes = 'value'
union all
select
    *,
    {{ explode_split('value', '|') }} as part
from conditions
where takes = 'list'
