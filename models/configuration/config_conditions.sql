-- depends_on: {{ ref('config_errors') }}

with rule_conditions as (

    {{ seed_rows(ref('rule_conditions'), 'rule_conditions') }}

),

model_conditions as (

    {{ seed_rows(ref('model_conditions'), 'model_conditions') }}

),

conversion_conditions as (

    {{ seed_rows(ref('conversion_conditions'), 'conversion_conditions') }}

),

unioned as (

    select
        'rule' as owner_type,
        rule_conditions.rule_id as owner_id,
        rule_conditions.clause,
        rule_conditions.field,
        rule_conditions.operator,
        rule_conditions.value,
        rule_conditions.row_number
    from rule_conditions
    inner join {{ ref('config_rules') }} as rules on rule_conditions.rule_id = rules.rule_id

    union all

    select
        'model' as owner_type,
        model_conditions.model_id as owner_id,
        model_conditions.clause,
        model_conditions.field,
        model_conditions.operator,
        model_conditions.value,
        model_conditions.row_number
    from model_conditions
    inner join {{ ref('config_models') }} as models on model_conditions.model_id = models.model_id

    union all

    select
        'conversion' as owner_type,
        conversion_conditions.conversion_id as owner_id,
        conversion_conditions.clause,
        conversion_conditions.field,
        conversion_conditions.operator,
        conversion_conditions.value,
        conversion_conditions.row_number
    from conversion_conditions
    inner join {{ ref('config_conversions') }} as conversions
        on conversion_conditions.conversion_id = conversions.conversion_id

)

select * from unioned
