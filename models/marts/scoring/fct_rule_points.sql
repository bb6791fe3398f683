with activity_points as (

    select
        rule_number,
        contact_id,
        activity_id,
        occurred_at,
        starts_at,
        cast(null as timestamp) as ends_at
    from {{ ref('int_activity_points') }}

),

period_points as (

    select
        rule_number,
        contact_id,
        cast(null as {{ dbt.type_string() }}) as activity_id,
        occurred_at,
        starts_at,
        ends_at
    from {{ ref('int_period_points') }}

),

unioned as (

    select * from activity_points

    union all

    select * from period_points

),

last_steps as (

    select
        rule_number,
        max(until_months) as until_months,
        max(until_microseconds) as until_microseconds
    from {{ ref('config_decay_steps') }}
    group by rule_number

),

-- An entry ends when its period does, when it expires, or when it has decayed to nothing.
ends as (

    select
        rules.model_id,
        rules.rule_id,
        unioned.contact_id,
        unioned.activity_id,
        rules.operation,
        rules.points,
        unioned.occurred_at,
        unioned.starts_at,
        unioned.ends_at,
        {{ add_duration('unioned.starts_at', 'rules.expires_months', 'rules.expires_microseconds') }} as expires_at,
        {{ add_duration('unioned.starts_at', 'last_steps.until_months', 'last_steps.until_microseconds') }} as decayed_at
    from unioned
    inner join {{ ref('config_rules') }} as rules on unioned.rule_number = rules.rule_number
    -- A decay that begins below half a point has no steps: such an entry is worth nothing.
    inner join last_steps on rules.rule_number = last_steps.rule_number

)

select
    ends.model_id,
    ends.rule_id,
    ends.contact_id,
    ends.activity_id,
    ends.operation,
    ends.points,
    ends.occurred_at,
    ends.starts_at as valid_from,
    {{ earliest(['ends.ends_at', 'ends.expires_at', 'ends.decayed_at']) }} as valid_to
from ends
left join {{ ref('int_outside_audience') }} as outside
    on
        ends.model_id = outside.model_id
        and ends.contact_id = outside.contact_id
where outside.contact_id is null
