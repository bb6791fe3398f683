-- depends_on: {{ ref('config_errors') }}

with raw_rows as (

    {{ staged_rows('score_adjustments') }}

),

-- Models that are switched off are known, too.
models as (

    {{ seed_rows(ref('scoring_models'), 'scoring_models') }}

),

readable as (

    select *
    from raw_rows
    where
        {{ required_are_present('score_adjustments') }}
        and operation in ('add', 'subtract', 'set')
        and model_id in (select models.model_id from models)

)

select * from readable
