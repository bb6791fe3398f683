{% set both_ends = '(select 1 as sign union all select -1 as sign)' -%}
{% set moved_at = 'case when ends.sign = 1 then hits.occurred_at else hits.leaves_at end' -%}

-- The periods in which a window rule holds, a row each (contract 4.3). An activity moves its rule's measure when it happens, and
-- back when it leaves the window; what moves at one instant is netted; where the comparison changes, a period begins or ends.
with judgements as (

    select * from {{ ref('int_idle_judgements') }}
    where not is_idle_rule

),

-- A value counts while at least one activity in the window has it.
values_present as (

    select
        hits.rule_number,
        hits.contact_key,
        {{ moved_at }} as moved_at,
        sum(ends.sign) as amount,
        sum(sum(ends.sign)) over (
            partition by hits.rule_number, hits.contact_key, hits.distinct_value
            order by {{ moved_at }}
            rows between unbounded preceding and current row
        ) as occurrences
    from {{ ref('int_window_hits') }} as hits
    cross join {{ both_ends }} as ends
    where hits.is_distinct and {{ moved_at }} is not null
    group by hits.rule_number, hits.contact_key, hits.distinct_value, {{ moved_at }}

),

moves as (

    select
        hits.rule_number,
        hits.contact_key,
        case when ends.sign = 1 then hits.amount else -hits.amount end as amount, -- a product of Spark would drop decimals
        ends.sign as counted,
        {{ moved_at }} as moved_at
    from {{ ref('int_window_hits') }} as hits
    cross join {{ both_ends }} as ends
    where not hits.is_distinct and not hits.is_idle_rule and {{ moved_at }} is not null

    union all

    select
        rule_number,
        contact_key,
        case when occurrences > 0 then 1 else 0 end - case when occurrences - amount > 0 then 1 else 0 end as amount,
        0 as counted,
        moved_at
    from values_present

    union all

    -- Judged from before everything that happened.
    select
        rule_number,
        contact_key,
        0 as amount,
        0 as counted,
        {{ add_duration(beginning_of_time(), 0, -1) }} as moved_at
    from judgements

),

-- The measure before and after each move. Moves at one instant come in any order: whatever turns between them is netted below.
measured as (

    select
        rule_number,
        contact_key,
        amount,
        counted,
        moved_at,
        sum(amount) over before_and_now as measured,
        sum(counted) over before_and_now as numbers
    from moves
    window before_and_now as (
        partition by rule_number, contact_key
        order by moved_at
        rows between unbounded preceding and current row
    )

),

-- Each with the threshold that it is compared with, before and after.
compared as (

    select
        measured.*,
        cast(measured.measured as decimal(37, 10)) - cast(measured.amount as decimal(28, 10)) as measured_before,
        rules.comparator,
        {{ threshold_of_total('threshold', 'rules', 'measured.numbers') }} as threshold,
        {{ threshold_of_total('threshold_high', 'rules', 'measured.numbers') }} as threshold_high,
        {{ threshold_of_total('threshold', 'rules', '(measured.numbers - measured.counted)') }} as threshold_before,
        {{ threshold_of_total('threshold_high', 'rules', '(measured.numbers - measured.counted)') }} as threshold_high_before
    from measured
    inner join {{ ref('config_rules') }} as rules on measured.rule_number = rules.rule_number

),

judged as (

    select
        rule_number,
        contact_key,
        coalesce({{ comparison_holds('measured', 'compared') }}, false) as holds,
        -- Before everything, no rule holds.
        moved_at >= {{ beginning_of_time() }}
        and coalesce({{ comparison_holds('measured_before', 'compared', when='_before') }}, false) as held,
        moved_at
    from compared

),

-- Turns back and forth alternate: an even number of them at one instant is none.
turns as (

    select
        rule_number,
        contact_key,
        sum(case when holds then 1 else -1 end) > 0 as begins,
        moved_at as starts_at,
        lead(moved_at) over (partition by rule_number, contact_key order by moved_at) as ends_at
    from judged
    where holds != held
    group by rule_number, contact_key, moved_at
    having sum(case when holds then 1 else -1 end) != 0

)

select
    turns.rule_number,
    turns.contact_key,
    greatest(turns.starts_at, judgements.judged_from) as starts_at,
    turns.ends_at
from turns
left join judgements
    on
        turns.rule_number = judgements.rule_number
        and turns.contact_key = judgements.contact_key
where turns.begins and (turns.ends_at is null or greatest(turns.starts_at, judgements.judged_from) < turns.ends_at)
