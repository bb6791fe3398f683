{{- config(materialized="view", tags=["constant"]) -}}

-- Every contribution to the scores of the run's contacts before sets are applied: a row a step where its points decay.
with audience as (

    select
        audience.model_number,
        audience.contact_key,
        audience.created_at
    from {{ ref('int_audience') }} as audience
    inner join {{ ref('run_contacts') }} as contacts on audience.contact_key = contacts.contact_key

)

select
    rules.model_number,
    points.contact_key,
    points.rule_number,
    points.activity_key,
    cast(null as {{ dbt.type_string() }}) as adjustment_id,
    cast(steps.step as integer) as step,
    rules.operation = 'set' as is_set,
    case when rules.per_field is null then steps.points else {{ decayed_points('points.points', 'steps') }} end as points,
    case when steps.step = 0 then points.occurred_at end as occurred_at,
    case when steps.step = 0 then points.valid_to end as ends_at,
    points.valid_from as starts_at,
    {{ add_duration('points.valid_from', 'steps.after_months', 'steps.after_microseconds') }} as valid_from,
    least(
        points.valid_to,
        {{ add_duration('points.valid_from', 'steps.until_months', 'steps.until_microseconds') }}
    ) as valid_to
from {{ ref('int_rule_points') }} as points
inner join {{ ref('config_rules') }} as rules on points.rule_number = rules.rule_number
inner join {{ ref('config_decay_steps') }} as steps
    on
        points.rule_number = steps.rule_number
        and abs(points.points) >= steps.least_points

union all

select
    adjustments.model_number,
    adjustments.scored_contact_key as contact_key,
    cast(null as smallint) as rule_number,
    cast(null as bigint) as activity_key,
    adjustments.adjustment_id,
    0 as step,
    adjustments.operation = 'set' as is_set,
    adjustments.points,
    cast(null as timestamp) as occurred_at,
    cast(null as timestamp) as ends_at,
    adjustments.adjusted_at as starts_at,
    adjustments.adjusted_at as valid_from,
    cast(null as timestamp) as valid_to
from {{ ref('int_adjustments') }} as adjustments
inner join {{ ref('run_contacts') }} as contacts on adjustments.scored_contact_key = contacts.contact_key
where adjustments.status = 'counts'

union all

-- Starting points.
select
    audience.model_number,
    audience.contact_key,
    cast(null as smallint) as rule_number,
    cast(null as bigint) as activity_key,
    cast(null as {{ dbt.type_string() }}) as adjustment_id,
    0 as step,
    false as is_set,
    models.starting_points as points,
    cast(null as timestamp) as occurred_at,
    cast(null as timestamp) as ends_at,
    audience.created_at as starts_at,
    audience.created_at as valid_from,
    cast(null as timestamp) as valid_to
from audience
inner join {{ ref('config_models') }} as models on audience.model_number = models.model_number
where models.starting_points != 0
