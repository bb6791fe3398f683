-- The entries of window and profile rules, a row each: for a period in which the rule holds, or at its start.
with periods as (

    select * from {{ ref('int_window_periods') }}

    union all

    select * from {{ ref('int_profile_periods') }}

),

-- A rule's own validity clips the periods.
clipped as (

    select
        periods.rule_number,
        periods.contact_number,
        rules.recurrence,
        rules.delay_months,
        rules.delay_microseconds,
        greatest(periods.starts_at, rules.valid_from) as holds_from,
        {{ earliest(['periods.ends_at', 'rules.valid_to']) }} as holds_to
    from periods
    inner join {{ ref('config_rules') }} as rules on periods.rule_number = rules.rule_number

),

numbered as (

    select
        *,
        row_number() over (partition by rule_number, contact_number order by holds_from) as place
    from clipped
    where holds_to is null or holds_from < holds_to

)

select
    rule_number,
    contact_number,
    holds_from as occurred_at,
    case
        when recurrence = 'while' then holds_from
        else {{ add_duration('holds_from', 'coalesce(delay_months, 0)', 'coalesce(delay_microseconds, 0)') }}
    end as starts_at,
    case when recurrence = 'while' then holds_to end as ends_at
from numbered
where recurrence != 'first' or place = 1
