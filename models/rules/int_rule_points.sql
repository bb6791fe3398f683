-- What earns the run's contacts points by rules, a row each, and from when until when they would count if no set came between.
with periods as (

    select
        rule_number,
        contact_key,
        starts_at,
        ends_at
    from {{ ref('int_window_periods') }}

    union all

    select
        rule_number,
        contact_key,
        starts_at,
        ends_at
    from {{ ref('int_idle_periods') }}

    union all

    select
        rule_number,
        contact_key,
        starts_at,
        ends_at
    from {{ ref('int_profile_periods') }}

),

-- A rule's own validity clips the periods.
clipped as (

    select
        periods.rule_number,
        periods.contact_key,
        rules.recurrence,
        rules.points,
        rules.delay_months,
        rules.delay_microseconds,
        greatest(periods.starts_at, rules.valid_from) as holds_from,
        least(periods.ends_at, rules.valid_to) as holds_to
    from periods
    inner join {{ ref('config_rules') }} as rules on periods.rule_number = rules.rule_number

),

numbered as (

    select
        *,
        row_number() over (partition by rule_number, contact_key order by holds_from) as place
    from clipped
    where holds_to is null or holds_from < holds_to

),

awards as (

    select
        rule_number,
        contact_key,
        activity_key,
        points,
        occurred_at,
        starts_at,
        cast(null as timestamp) as ends_at
    from {{ ref('int_activity_awards') }}

    union all

    select
        rule_number,
        contact_key,
        cast(null as bigint) as activity_key,
        points,
        holds_from as occurred_at,
        case
            when recurrence = 'while' then holds_from
            else {{ add_duration('holds_from', 'coalesce(delay_months, 0)', 'coalesce(delay_microseconds, 0)') }}
        end as starts_at,
        case when recurrence = 'while' then holds_to end as ends_at
    from numbered
    where recurrence != 'first' or place = 1

)

-- An entry ends when its period does, when it expires, or when it has decayed to nothing. Only a model's audience earns.
select
    awards.rule_number,
    awards.contact_key,
    awards.activity_key,
    awards.points,
    awards.occurred_at,
    awards.starts_at as valid_from,
    least(
        awards.ends_at,
        {{ add_duration('awards.starts_at', 'rules.expires_months', 'rules.expires_microseconds') }},
        {{ add_duration('awards.starts_at', 'last_steps.until_months', 'last_steps.until_microseconds') }}
    ) as valid_to
from awards
inner join {{ ref('config_rules') }} as rules on awards.rule_number = rules.rule_number
inner join {{ ref('int_audience') }} as audience
    on
        rules.model_number = audience.model_number
        and awards.contact_key = audience.contact_key
-- The last step that leaves anything of so many points. A decay that begins below half a point has none.
inner join {{ ref('config_decay_steps') }} as last_steps
    on
        awards.rule_number = last_steps.rule_number
        and abs(awards.points) >= last_steps.least_points
        and abs(awards.points) < last_steps.points_below
