{{- config(materialized="view") -}}

-- What rules award, a row an activity or a period: when it begins, and for periods when it ends.
with activity_points as (

    select
        rule_number,
        contact_number,
        activity_id,
        occurred_at,
        starts_at,
        cast(null as timestamp) as ends_at
    from {{ ref('int_activity_points') }}

),

period_points as (

    select
        rule_number,
        contact_number,
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

)

select * from unioned
