{% set metrics = [
    ('contacts', 'contacts that have arrived', ref('int_contacts'), 'count(*)'),
    ('contacts_scored', 'contacts that are scored', ref('int_contacts'), 'count(*) filter (where survivor_key = contact_key)'),
    ('contacts_merged', 'contacts merged into another', ref('int_merges'), 'count(*) filter (where not is_loop)'),
    ('activities_scored', 'activities of contacts that are scored', 'standings', "coalesce(sum(activities) filter (where standing = 'scored'), 0)"),
    ('activities_waiting', 'activities whose contact has not arrived yet', 'standings', "coalesce(sum(activities) filter (where standing = 'waiting'), 0)"),
    ('activities_anonymous', 'activities of visitors whom nobody has identified', 'standings', "coalesce(sum(activities) filter (where standing = 'anonymous'), 0)"),
    ('activities_machine', 'activities of machines, which match no rule', 'standings', "coalesce(sum(activities) filter (where standing = 'machine'), 0)"),
    ('activities_unscored', 'activities of contacts that are deleted', 'standings', "coalesce(sum(activities) filter (where standing = 'unscored'), 0)"),
    ('activities_later', 'activities after as_of, which wait until then', 'later', 'sum(activities)'),
    ('adjustments', 'manual edits that count', ref('int_adjustments'), "count(*) filter (where status = 'counts')"),
    (
        'adjustments_waiting', 'manual edits whose contact has not arrived yet', ref('int_adjustments'),
        "count(*) filter (where status = 'waiting' and model_number is not null)",
    ),
    ('rejected_rows', 'problems of raw rows', ref('rejected_rows'), 'count(*)'),
    ('ledger_entries', 'rows of the ledger', ref('int_ledger'), 'count(*) filter (where valid_from is distinct from valid_to)'),
    ('scores', 'scores of contacts', ref('int_scores'), 'count(*)'),
] -%}

{% set is_machine = 'false' if flag_var('score_machine_events', false) else 'events.is_machine' -%}

-- How many activities each contact has; those of visitors whom nobody has identified are nobody's.
with counts as (

    select
        events.contact_key,
        {{ is_machine }} as is_machine,
        count(*) as activities
    from {{ ref('int_events') }} as events
    where events.occurred_at <= {{ as_of() }} and (events.contact_key is not null or events.visitor_key is null)
    group by events.contact_key, {{ is_machine }}

    union all

    select
        identifications.contact_key,
        {{ is_machine }} as is_machine,
        count(*) as activities
    from {{ ref('int_events') }} as events
    left join {{ ref('int_identifications') }} as identifications
        on
            events.visitor_key = identifications.visitor_key
            and {{ in_turn('events.occurred_at', 'identifications') }}
    where events.occurred_at <= {{ as_of() }} and events.contact_key is null and events.visitor_key is not null
    group by identifications.contact_key, {{ is_machine }}

    union all

    select
        contact_key,
        false as is_machine,
        count(*) as activities
    from {{ ref('int_transaction_lines') }}
    where occurred_at <= {{ as_of() }} and is_cancelled is not true and is_unconverted is not true
    group by contact_key

),

-- Events and lines that lie ahead, whoever's they are: they wait for a later as_of.
later as (

    select count(*) as activities
    from {{ ref('int_events') }}
    where occurred_at > {{ as_of() }}

    union all

    select count(*) as activities
    from {{ ref('int_transaction_lines') }}
    where occurred_at > {{ as_of() }} and is_cancelled is not true

),

-- Whether they are scored, wait for their contact, or count for nobody; a machine's counts for none of them.
standings as (

    select
        case
            when counts.is_machine then 'machine'
            when counts.contact_key is null then 'anonymous'
            when people.contact_key is null then 'waiting'
            when people.survivor_key is null then 'unscored'
            else 'scored'
        end as standing,
        sum(counts.activities) as activities
    from counts
    left join {{ ref('int_contacts') }} as people on counts.contact_key = people.contact_key
    group by standing

),

metrics as (

    {% for metric, description, relation, counted in metrics -%}
    select
        {{ loop.index }} as place,
        '{{ metric }}' as metric,
        '{{ description }}' as description,
        {{ counted }} as counted
    from {{ relation }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

)

select
    metric,
    description,
    place,
    cast(counted as bigint) as value
from metrics
