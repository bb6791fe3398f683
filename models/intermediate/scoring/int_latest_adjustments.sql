-- Every manual edit that has arrived, as its last loaded row has it, with those of models that are switched off.
with staged as (

    select *
    from {{ ref('stg_score_adjustments') }}

),

lasts as (

    {{ one_row_per_key('staged', 'score_adjustments', ['adjustment_id'], wins='last') }}

)

select * from lasts
