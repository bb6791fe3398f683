-- Every event and transaction line that counts has its place among the activities, once.
with activities as (

    select
        activity_kind,
        count(*) as found,
        count(distinct activity_id) as distinct_found
    from {{ ref('int_activities') }}
    group by activity_kind

),

expected as (

    select
        'event' as activity_kind,
        count(*) as wanted
    from {{ ref('int_events') }}

    union all

    select
        'transaction' as activity_kind,
        count(*) as wanted
    from {{ ref('int_transaction_lines') }}

)

select
    expected.activity_kind,
    expected.wanted,
    activities.found
from expected
left join activities on expected.activity_kind = activities.activity_kind
where
    coalesce(activities.found, 0) != expected.wanted
    or coalesce(activities.distinct_found, 0) != expected.wanted
