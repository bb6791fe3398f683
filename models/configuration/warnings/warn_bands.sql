{{- config(materialized="ephemeral") -}}

{#- Beyond all points. -#}
{%- set infinity = 'cast(1000000000000 as ' ~ number_type() ~ ')' -%}
-- depends_on: {{ ref('config_errors') }}

with bands as (

    {{ typed_seed(ref('seed_cells'), 'score_bands') }}

),

-- The lowest and highest scores of two decimals in each band.
band_scores as (

    select
        row_number,
        model_id,
        coalesce(
            round(from_score, 2) + case when round(from_score, 2) < from_score then 0.01 else 0 end,
            round(above, 2) + case when round(above, 2) <= above then 0.01 else 0 end,
            -{{ infinity }}
        ) as lowest,
        coalesce(
            round(up_to, 2) - case when round(up_to, 2) > up_to then 0.01 else 0 end,
            round(below, 2) - case when round(below, 2) >= below then 0.01 else 0 end,
            {{ infinity }}
        ) as highest
    from bands

),

judged as (

    select
        bands.*,
        case
            when bands.lowest > bands.highest then 'scores have two decimals'
            when bands.lowest > round(models.maximum_score, 2) then 'it lies above the model''s maximum_score'
            when bands.highest < round(models.minimum_score, 2) then 'it lies below the model''s minimum_score'
        end as why_nobody,
        case
            when reached.highest < bands.lowest then concat('above ', cast(reached.highest as {{ score_type() }}))
            when reached.lowest > bands.highest then concat('below ', cast(reached.lowest as {{ score_type() }}))
        end as out_of_reach
    from band_scores as bands
    inner join {{ ref('config_models') }} as models on bands.model_id = models.model_id
    left join {{ ref('reached_scores') }} as reached on bands.model_id = reached.model_id

)

-- warning: a band holds a score
select
    'score_bands' as seed, row_number, 'band_id' as column_name,
    '<cell> can hold nobody: ' || why_nobody as problem,
    'bounds between which scores lie' as allowed
from judged
where why_nobody is not null

union all

-- warning: rules lead into a band
select
    'score_bands' as seed, row_number, 'band_id' as column_name,
    '<cell> is reached by edits by hand alone: the active rules take no score ' || out_of_reach as problem,
    'other bounds, or rules that lead there' as allowed
from judged
where why_nobody is null and out_of_reach is not null
