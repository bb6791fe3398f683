{{- config(materialized="ephemeral") -}}

-- depends_on: {{ ref('config_errors') }}

with cells as (

    select * from {{ ref('seed_cells') }}

),

inactive as (

    select
        ids.seed,
        ids.value as id,
        substr(ids.column_name, 1, length(ids.column_name) - 3) as kind
    from cells as ids
    inner join cells as flags
        on ids.seed = flags.seed and ids.row_number = flags.row_number and flags.column_name = 'is_active'
    where
        ids.seed || '.' || ids.column_name in ('scoring_models.model_id', 'scoring_rules.rule_id', 'segments.segment_id')
        and not {{ as_boolean('flags.value') }}

),

-- Cells that refer to what is inactive.
referring as (

    select
        cells.seed,
        cells.row_number,
        cells.column_name,
        inactive.kind
    from cells
    inner join inactive on cells.to_seed = inactive.seed and cells.value = inactive.id

),

-- Fields that active segments name.
fields as (

    select
        named.seed,
        named.row_number,
        named.column_name,
        case named.kind when 'segment' then 'segment' else 'model' end as kind,
        substr(named.field, length(named.kind) + 2) as id,
        case named.kind when 'segment' then 'nobody belongs to it' else 'it has no scores' end as consequence
    from {{ ref('named_fields') }} as named
    left join referring on named.seed = referring.seed and named.row_number = referring.row_number
    where named.kind in ('score', 'band', 'transition', 'segment') and referring.seed is null

),

limits as (

    select
        categories.*,
        models.value as model_id
    from cells as categories
    inner join cells as models
        on categories.seed = models.seed and categories.row_number = models.row_number and models.column_name = 'model_id'
    where categories.seed = 'category_limits' and categories.column_name = 'category'

)

-- warning: the condition of what is inactive does nothing
select
    seed, row_number, column_name,
    'the ' || kind || ' is inactive, so its condition does nothing' as problem,
    'remove the condition, or activate the ' || kind as allowed
from referring
where seed in ('rule_conditions', 'model_conditions', 'segment_conditions')

union all

-- warning: a matrix labels nobody by a model that scores nobody
select
    seed, row_number, column_name,
    'the model is inactive, so nobody gets the label' as problem,
    'remove the row, or activate the model' as allowed
from referring
where seed = 'score_matrix'

union all

-- warning: a segment looks at what is inactive
select
    fields.seed, fields.row_number, fields.column_name,
    '<cell> looks at an inactive ' || fields.kind || ': ' || fields.consequence as problem,
    'remove the condition, or activate the ' || fields.kind as allowed
from fields
inner join inactive on fields.kind = inactive.kind and fields.id = inactive.id

union all

-- warning: a limit limits something
select
    limits.seed, limits.row_number, limits.column_name,
    'no active rule that adds or subtracts has category ' || {{ shown('limits.value') }} as problem,
    'remove the limit, or activate a rule of the category' as allowed
from limits
inner join {{ ref('config_models') }} as models on limits.model_id = models.model_id
left join {{ ref('config_rules') }} as rules
    on limits.model_id = rules.model_id and limits.value = rules.category and rules.operation in ('add', 'subtract')
where rules.rule_id is null
