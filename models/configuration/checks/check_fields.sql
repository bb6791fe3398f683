with fields as (

    select * from {{ ref('named_fields') }}

),

-- A field of segments that begins like that of a model, and isn't one.
of_no_model as (

    select * from fields
    where
        context = 'segment'
        and kind is null
        and (field like 'score.%' or field like 'band.%' or field like 'transition.%')

),

models as (

    select {{ listed('model_id') }} as ids
    from (
        select distinct value as model_id from {{ ref('seed_cells') }}
        where seed = 'scoring_models' and column_name = 'model_id' and value is not null
    ) as ids

)

-- check: a score, band or transition is that of a model that exists
select
    of_no_model.seed, of_no_model.row_number, of_no_model.column_name,
    '<cell> names no scoring model' as problem,
    coalesce('models: ' || models.ids, 'nothing: there are no models') as allowed
from of_no_model
cross join models

union all

-- check: a field exists
select
    fields.seed, fields.row_number, fields.column_name,
    '<cell> is not a field' as problem,
    fields.allowed_fields as allowed
from fields
left join of_no_model on fields.seed = of_no_model.seed and fields.row_number = of_no_model.row_number
where fields.kind is null and of_no_model.seed is null

union all

-- check: a field exists where it is named
select
    seed, row_number, column_name,
    '<cell> can''t be used in ' || place as problem,
    allowed_fields as allowed
from fields
where kind is not null and not can_stand_here

union all

-- check: what is summed may be a number
select
    fields.seed, fields.row_number, fields.column_name,
    '<cell> holds ' || fields.field_type || ' values, which have no sum' as problem,
    'a field of numbers, or of text that may hold numbers' as allowed
from fields
inner join {{ ref('typed_rules') }} as rules on fields.column_name = 'measure_field' and fields.row_number = rules.row_number
where rules.measure = 'sum' and fields.field_type in ('boolean', 'timestamp', 'date')
