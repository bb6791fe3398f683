{{- config(materialized="view", tags=["constant"]) -}}

-- The periods in which a rule holds that holds while nothing happens, and never else (contract 4.3): from when the last activity
-- has left the window until the next one. No measure is needed.
with activities as (

    select
        rule_number,
        contact_key,
        occurred_at,
        coalesce(leaves_at, {{ end_of_time() }}) as leaves_at
    from {{ ref('int_window_hits') }}
    where is_idle_rule

    union all

    -- Before everything that happened, too: as if an activity left the window when the rule is first judged.
    select
        rule_number,
        contact_key,
        {{ beginning_of_time() }} as occurred_at,
        judged_from as leaves_at
    from {{ ref('int_idle_judgements') }}
    where is_idle_rule

),

-- Months differ in length, so who comes later may leave earlier.
gaps as (

    select
        rule_number,
        contact_key,
        max(leaves_at) over (
            partition by rule_number, contact_key
            order by occurred_at
            rows between unbounded preceding and current row
        ) as starts_at,
        lead(occurred_at) over (partition by rule_number, contact_key order by occurred_at) as ends_at
    from activities

)

select
    rule_number,
    contact_key,
    starts_at,
    ends_at
from gaps
where starts_at < {{ end_of_time() }} and (ends_at is null or starts_at < ends_at)
