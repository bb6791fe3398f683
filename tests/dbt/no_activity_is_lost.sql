-- Every event and transaction line that counts stands among the activities, once.
with found as (

    select coalesce(sum(activities), 0) as activities
    from {{ ref('int_standings') }}

),

wanted as (

    select count(*) as activities
    from (
        select event_id as activity_id from {{ ref('int_events') }}

        union all

        select activity_id from {{ ref('int_transaction_lines') }}
    ) as counted

)

select
    wanted.activities as wanted,
    found.activities as found
from wanted
inner join found on wanted.activities != found.activities
