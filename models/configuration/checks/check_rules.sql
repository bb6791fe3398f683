{{- config(materialized="ephemeral") -}}

with rules as (

    select * from {{ ref('typed_rules') }}

),

activity_parts as (

    select
        'scoring_rules' as seed,
        row_number,
        activity,
        {{ explode_split('activity', '|') }} as part
    from rules
    where trigger in ('activity', 'window')

    union all

    select
        seed,
        row_number,
        value as activity,
        {{ explode_split('value', '|') }} as part
    from {{ ref('seed_cells') }}
    where seed = 'conversions' and column_name = 'activity'

),

decays as (

    select
        *,
        cast(decay_percent as double) as percent,
        -- With per_field any points that can be kept.
        case when has_per_field then 10000000000 else abs(cast(points as double)) end as most_points,
        least(5000, floor(10000 / coalesce(decay_years, 1))) as most_steps
    from rules
    where decay_percent > 0 and decay_percent <= 100 and coalesce(decay_years, 1) > 0

)

-- check: an activity rule recurs `every` or `first`, another one `while`, `each` or `first`
select
    'scoring_rules' as seed, row_number, 'recurrence' as column_name,
    '<cell> is not a recurrence of ' || trigger || ' rules' as problem,
    case when trigger = 'activity' then 'every, first' else 'while, each, first' end as allowed
from rules
where (trigger = 'activity' and recurrence in ('while', 'each')) or (trigger in ('window', 'profile') and recurrence = 'every')

union all

-- check: a `set` happens at an instant
select
    'scoring_rules' as seed, row_number, 'recurrence' as column_name,
    'a `set` happens at an instant, so it can''t last while a rule holds' as problem,
    'each, first' as allowed
from rules
where operation = 'set' and effective_recurrence = 'while'

union all

-- check: a rule ends after it begins
select
    'scoring_rules' as seed, row_number, 'valid_to' as column_name,
    'valid_to lies before valid_from' as problem,
    'an instant after valid_from, or an empty cell' as allowed
from rules
where valid_to < valid_from

union all

-- check: the ends of `between` are in order
select
    'scoring_rules' as seed, row_number, 'threshold_high' as column_name,
    'threshold_high lies below threshold' as problem,
    'a number at or above threshold' as allowed
from rules
where comparator = 'between' and threshold_high < threshold

union all

-- check: activity is a list of event types, or transactions
select distinct
    seed, row_number, 'activity' as column_name,
    case
        when trim(part) = '' then 'activity has an empty part'
        else '`transaction` can''t stand with anything else'
    end as problem,
    'event types split at |, or transaction alone' as allowed
from activity_parts
where trim(part) = '' or (trim(part) = 'transaction' and activity != 'transaction')

union all

-- check: a decay ends: within 5,000 steps, and within 10,000 years
select
    'scoring_rules' as seed, row_number, 'decay_percent' as column_name,
    'the points take more than 5,000 steps, or 10,000 years, to fade away' as problem,
    'a greater percentage, or a shorter decay_every' as allowed
from decays
where
    (decay = 'linear' and percent * most_steps < 100)
    or (decay = 'exponential' and most_points * power(1 - percent / 100, most_steps) >= 0.5)
