with standings as (

    select
        standing,
        count(*) as activities
    from {{ ref('int_activities') }}
    group by standing

),

people as (

    select
        count(*) as contacts,
        count(aliases.contact_id) filter (where aliases.alias_id = aliases.contact_id) as scored,
        count(merges.contact_id) filter (where not merges.is_loop) as merged
    from {{ ref('int_contact_aliases') }} as aliases
    left join {{ ref('int_merges') }} as merges on aliases.alias_id = merges.contact_id

),

metrics as (

    select
        1 as place,
        'contacts' as metric,
        'contacts that have arrived' as description,
        contacts as value
    from people

    union all

    select 2, 'contacts_scored', 'contacts that are scored', scored from people

    union all

    select 3, 'contacts_merged', 'contacts merged into another', merged from people

    union all

    select 4, 'contacts_deleted', 'contacts that are deleted', contacts - scored - merged from people

    {% for standing, place, description in [
        ('scored', 5, 'activities of contacts that are scored'),
        ('waiting', 6, 'activities whose contact has not arrived yet'),
        ('anonymous', 7, 'activities of visitors whom nobody has identified yet'),
        ('machine', 8, 'activities of machines, which match no rule'),
        ('unscored', 9, 'activities of contacts that are deleted'),
    ] -%}
    union all

    select
        {{ place }},
        'activities_{{ standing }}',
        '{{ description }}',
        coalesce(sum(activities), 0)
    from standings
    where standing = '{{ standing }}'

    {% endfor -%}

    union all

    select 10, 'adjustments', 'manual edits that count', count(*) from {{ ref('int_adjustments') }} where contact_id is not null

    union all

    select
        11,
        'adjustments_waiting',
        'manual edits whose contact has not arrived yet',
        count(*)
    from {{ ref('int_adjustments') }}
    where is_waiting

    union all

    select 12, 'rejected_rows', 'problems of raw rows: see rejected_rows', count(*) from {{ ref('rejected_rows') }}

    union all

    select 13, 'ledger_entries', 'rows of fct_score_ledger', count(*) from {{ ref('fct_score_ledger') }}

    union all

    select 14, 'scores', 'rows of contact_scores', count(*) from {{ ref('contact_scores') }}

)

select
    metric,
    description,
    cast(place as integer) as place,
    cast(value as bigint) as value
from metrics
