{{- config(materialized="view") -}}

-- The activities that meet activity rules within their validity, a row each, after once_per.
with hits as (

    select
        hits.*,
        rules.once_per,
        rules.delay_months,
        rules.delay_microseconds,
        rules.limit_period,
        case when rules.recurrence = 'first' then 1 else rules.limit_count end as most,
        rules.recurrence = 'first' as is_first_only
    from {{ ref('int_rule_hits') }} as hits
    inner join {{ ref('config_rules') }} as rules on hits.rule_number = rules.rule_number
    where
        rules.rule_trigger = 'activity'
        and (rules.valid_from is null or hits.occurred_at >= rules.valid_from)
        and (rules.valid_to is null or hits.occurred_at < rules.valid_to)

),

-- Rules with once_per: only the first activity for each value, rows without a value counting each.
repeats as (

    select
        *,
        row_number() over (partition by rule_number, contact_number, once_value order by occurred_at, activity_id) as place
    from hits
    where once_per is not null

),

distinct_hits as (

    select *
    from hits
    where once_per is null

    union all

    select repeats.* {{ except_columns(['place']) }}
    from repeats
    where place = 1 or once_value is null

)

select * from distinct_hits
