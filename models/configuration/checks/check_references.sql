{{- config(materialized="ephemeral") -}}

{%- set statuses = [] -%}
{%- for status in email_statuses() -%}
{%- do statuses.append(['email_status', status]) -%}
{%- endfor -%}

with cells as (

    select * from {{ ref('seed_cells') }}

),

bands as (

    {{ typed_seed(ref('seed_cells'), 'score_bands') }}

),

-- What there is to refer to, by where it is looked for.
names as (

    select distinct seed || '.' || column_name as scope, value as name from cells
    where column_type = 'id' and value is not null
    union all
    select distinct 'band.' || model_id as scope, band_id as name from bands
    where band_id is not null
    union all
    select distinct 'category.' || model_id as scope, category as name from {{ ref('typed_rules') }}
    where category is not null
    union all
    select scope, name from {{ inline_table(statuses, ['scope', 'name']) }}

),

name_lists as (

    select
        scope,
        {{ listed('name') }} as names
    from names
    group by scope

),

-- Cells that belong to a model of their row, if it is one that exists.
of_models as (

    select
        cells.*,
        models.value as model_id
    from cells
    inner join cells as models
        on
            cells.seed = models.seed
            and cells.row_number = models.row_number
            and models.column_name = case cells.column_name
                when 'first_band_id' then 'first_model_id'
                when 'second_band_id' then 'second_model_id'
                when 'category' then 'model_id'
            end
    where
        cells.seed in ('score_matrix', 'category_limits')
        and models.value in (
            select known.value from cells as known
            where known.seed = 'scoring_models' and known.column_name = 'model_id'
        )

),

referring as (

    select
        seed, row_number, column_name, value as name, to_seed, to_seed || '.' || to_column as scope,
        '<cell> is not a ' || to_column || ' of ' || to_seed as problem,
        'nothing: ' || to_seed || ' has none' as allowed_otherwise
    from cells
    where to_seed is not null
    union all
    select
        seed, row_number, column_name, value as name, case seed when 'score_matrix' then 'score_bands' else 'scoring_rules' end as to_seed,
        case seed when 'score_matrix' then 'band.' else 'category.' end || model_id as scope,
        case seed
            when 'score_matrix' then '<cell> is not a band of model ' || {{ shown('model_id') }}
            else '<cell> is the category of no rule of this model'
        end as problem,
        case seed
            when 'score_matrix' then 'nothing: the model has no bands'
            else 'nothing: no rule of this model has a category'
        end as allowed_otherwise
    from of_models
    union all
    select
        seed, row_number, 'value' as column_name, part as name,
        case kind when 'rfm' then 'rfm_segments' when 'email_status' then kind else 'score_bands' end as to_seed,
        case kind
            when 'rfm' then 'rfm_segments.rfm_segment'
            when 'email_status' then 'email_status'
            else 'band' || substr(field, length(kind) + 1)
        end as scope,
        {{ shown('part') }} || ' is not a value of ' || {{ shown('field') }} as problem,
        'nothing: there are none' as allowed_otherwise
    from {{ ref('compared_values') }}
    where
        operator in ('=', '!=', 'in', 'not in', 'has', 'has not')
        and (kind in ('band', 'transition', 'email_status') or field = 'rfm.rfm_segment')

)

-- check: what a cell refers to exists
select
    referring.seed, referring.row_number, referring.column_name,
    referring.problem,
    coalesce(name_lists.names, referring.allowed_otherwise) as allowed
from referring
left join names on referring.scope = names.scope and referring.name = names.name
left join name_lists on referring.scope = name_lists.scope
-- What there is in a file that lacks a column isn't known: that is one mistake of the file.
left join {{ ref('check_files') }} as files on referring.to_seed = files.seed and files.value is null
where referring.name is not null and names.name is null and files.seed is null
