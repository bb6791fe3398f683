{% set metrics = [
    ('contacts', 'contacts that have arrived', ref('int_contacts'), 'count(*)'),
    ('contacts_scored', 'contacts that are scored', ref('int_contacts'), 'count(*) filter (where survivor_key = contact_key)'),
    ('contacts_merged', 'contacts merged into another', ref('int_merges'), 'count(*) filter (where not is_loop)'),
    ('activities_scored', 'activities of contacts that are scored', 'counts', 'sum(activities) filter (where not (is_machine or is_anonymous) and is_waiting is null)'),
    ('activities_waiting', 'activities whose contact has not arrived yet', 'counts', 'sum(activities) filter (where not is_machine and is_waiting)'),
    ('activities_anonymous', 'activities of visitors whom nobody has identified', 'counts', 'sum(activities) filter (where not is_machine and is_anonymous)'),
    ('activities_machine', 'activities of machines, which match no rule', 'counts', 'sum(activities) filter (where is_machine)'),
    ('activities_unscored', 'activities of contacts that are deleted', 'counts', 'sum(activities) filter (where not is_machine and not is_waiting)'),
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

-- The contacts whose activities count for nobody. All others' are scored, and need not be told apart.
with unscored as (

    select
        contacts.contact_key,
        people.contact_key is null as is_waiting
    from {{ ref('int_contact_keys') }} as contacts
    left join {{ ref('int_contacts') }} as people on contacts.contact_key = people.contact_key
    where people.survivor_key is null

),

-- Whose activities there are; those of visitors whom nobody has identified are nobody's.
activities as (

    select
        events.contact_key,
        {{ is_machine }} as is_machine
    from {{ ref('int_events') }} as events
    where events.occurred_at <= {{ as_of() }} and (events.contact_key is not null or events.visitor_key is null)

    union all

    select
        identifications.contact_key,
        {{ is_machine }} as is_machine
    from {{ ref('int_events') }} as events
    left join {{ ref('int_identifications') }} as identifications
        on
            events.visitor_key = identifications.visitor_key
            and {{ in_turn('events.occurred_at', 'identifications') }}
    where events.occurred_at <= {{ as_of() }} and events.contact_key is null and events.visitor_key is not null

    union all

    select
        contact_key,
        false as is_machine
    from {{ ref('int_transaction_lines') }}
    where occurred_at <= {{ as_of() }} and is_cancelled is not true and is_unconverted is not true

),

-- A machine's activities count for nobody, whoever it was.
counts as (

    select
        activities.is_machine,
        activities.contact_key is null as is_anonymous,
        unscored.is_waiting,
        count(*) as activities
    from activities
    left join unscored on activities.contact_key = unscored.contact_key
    group by activities.is_machine, activities.contact_key is null, unscored.is_waiting

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
    cast(coalesce(counted, 0) as bigint) as value
from metrics
