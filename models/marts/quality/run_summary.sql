-- Whether an activity is scored, waits for its contact, or counts for nobody; a machine's counts for none of them.
with standings as (

    select
        case
            when activities.is_machine then 'machine'
            when activities.contact_key is null then 'anonymous'
            when people.contact_key is null then 'waiting'
            when people.survivor_key is null then 'unscored'
            else 'scored'
        end as standing,
        count(*) as activities
    from (
        select contact_key, {{ 'false' if flag_var('score_machine_events', false) else 'is_machine' }} as is_machine
        from {{ ref('int_events') }}
        where occurred_at <= {{ as_of() }} and (contact_key is not null or visitor_key is null)

        union all

        select identifications.contact_key, {{ 'false' if flag_var('score_machine_events', false) else 'events.is_machine' }} as is_machine
        from {{ ref('int_events') }} as events
        left join {{ ref('int_identifications') }} as identifications
            on
                events.visitor_key = identifications.visitor_key
                and (identifications.after_at is null or events.occurred_at > identifications.after_at)
                and (identifications.until_at is null or events.occurred_at <= identifications.until_at)
        where events.occurred_at <= {{ as_of() }} and events.contact_key is null and events.visitor_key is not null

        union all

        select contact_key, false as is_machine
        from {{ ref('int_transaction_lines') }}
        where occurred_at <= {{ as_of() }}
    ) as activities
    left join {{ ref('int_contacts') }} as people on activities.contact_key = people.contact_key
    group by standing

),

metrics as (

    select 1 as place, 'contacts' as metric, 'contacts that have arrived' as description, count(*) as counted from {{ ref('int_contacts') }}

    union all

    select 2, 'contacts_scored', 'contacts that are scored', count(*) from {{ ref('int_contacts') }}
    where survivor_key = contact_key

    union all

    select 3, 'contacts_merged', 'contacts merged into another', count(*) from {{ ref('int_merges') }}
    where not is_loop

    {% for standing, description in [
        ('scored', 'activities of contacts that are scored'),
        ('waiting', 'activities whose contact has not arrived yet'),
        ('anonymous', 'activities of visitors whom nobody has identified'),
        ('machine', 'activities of machines, which match no rule'),
        ('unscored', 'activities of contacts that are deleted'),
    ] -%}
    union all

    select {{ 3 + loop.index }}, 'activities_{{ standing }}', '{{ description }}', coalesce(sum(activities), 0) from standings
    where standing = '{{ standing }}'

    {% endfor -%}
    union all

    select 9, 'adjustments', 'manual edits that count', count(*) from {{ ref('int_adjustments') }}
    where status = 'counts'

    union all

    select 10, 'adjustments_waiting', 'manual edits whose contact has not arrived yet', count(*) from {{ ref('int_adjustments') }}
    where status = 'waiting' and model_number is not null

    union all

    select 11, 'rejected_rows', 'problems of raw rows', count(*) from {{ ref('rejected_rows') }}

    union all

    select 12, 'ledger_entries', 'rows of the ledger', count(*) from {{ ref('int_ledger') }}

    union all

    select 13, 'scores', 'scores of contacts', count(*) from {{ ref('int_scores') }}

)

select
    metric,
    description,
    place,
    cast(counted as bigint) as value
from metrics
