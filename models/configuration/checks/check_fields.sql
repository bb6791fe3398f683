{{- config(materialized="ephemeral") -}}

with fields as (

    select
        *,
        context = 'segment' and (field like 'score.%' or field like 'band.%' or field like 'transition.%') as is_of_model,
        context = 'segment' and field like 'segment.%' as is_of_segment
    from {{ ref('named_fields') }}

),

models as (

    select {{ listed('model_id') }} as ids
    from (
        select distinct value as model_id from {{ ref('seed_cells') }}
        where seed = 'scoring_models' and column_name = 'model_id' and value is not null
    ) as ids

),

segments as (

    select {{ listed('segment_id') }} as ids
    from (
        select distinct value as segment_id from {{ ref('seed_cells') }}
        where seed = 'segments' and column_name = 'segment_id' and value is not null
    ) as ids

)

-- check: a score, band or transition is that of a model that exists
select
    fields.seed, fields.row_number, fields.column_name,
    '<cell> names no scoring model' as problem,
    coalesce('models: ' || models.ids, 'nothing: there are no models') as allowed
from fields
cross join models
where fields.kind is null and fields.is_of_model

union all

-- check: a segment that another one names exists
select
    fields.seed, fields.row_number, fields.column_name,
    '<cell> names no segment' as problem,
    coalesce('segments: ' || segments.ids, 'nothing: there are no segments') as allowed
from fields
cross join segments
where fields.kind is null and fields.is_of_segment

union all

-- check: a field exists
select
    seed, row_number, column_name,
    '<cell> is not a field' as problem,
    allowed_fields as allowed
from fields
where kind is null and not is_of_model and not is_of_segment

union all

-- check: a field exists where it is named
select
    seed, row_number, column_name,
    '<cell> can''t be used in ' || place as problem,
    allowed_fields as allowed
from fields
where kind is not null and not can_stand_here and not (context = 'model' and kind = 'age')

union all

-- check: time alone never changes who is scored
select
    seed, row_number, column_name,
    '<cell> can''t be used in ' || place || ': time alone would change who is scored' as problem,
    'contact.birth_date; or a profile rule or a segment with contact.age' as allowed
from fields
where context = 'model' and kind = 'age'

union all

-- check: what is summed, averaged or multiplied with may be a number
select
    fields.seed, fields.row_number, fields.column_name,
    '<cell> holds ' || fields.field_type || ' values, which ' || case
        when fields.column_name = 'per_field' then 'points can''t be multiplied with'
        else 'have no ' || rules.measure
    end as problem,
    'a field of numbers, or of text that may hold numbers' as allowed
from fields
inner join {{ ref('typed_rules') }} as rules on fields.seed = 'scoring_rules' and fields.row_number = rules.row_number
where
    (fields.column_name = 'per_field' or (fields.column_name = 'measure_field' and rules.measure in ('sum', 'average')))
    and fields.field_type in ('boolean', 'timestamp', 'date')
