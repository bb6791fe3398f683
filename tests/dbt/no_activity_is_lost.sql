-- Every event and transaction line that had happened by as_of is counted in the run's summary, once.
with found as (

    select sum(value) as activities
    from {{ ref('run_summary') }}
    where {{ starts_with('metric', "'activities_'") }} and metric != 'activities_later'

),

wanted as (

    select count(*) as activities
    from (
        select activity_key from {{ ref('int_events') }}
        where occurred_at <= {{ as_of() }}

        union all

        select activity_key from {{ ref('int_transaction_lines') }}
        where occurred_at <= {{ as_of() }} and not is_cancelled and not is_unconverted
    ) as counted

)

select
    wanted.activities as wanted,
    found.activities as found
from wanted
inner join found on wanted.activities != found.activities
