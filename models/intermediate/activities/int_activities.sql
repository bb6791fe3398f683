{{- config(materialized="view") -}}

{% set rules = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}
{% set event_fields = fields_named(rules, 'event') -%}
{% set transaction_fields = fields_named(rules, 'transaction') -%}

-- What happened, a row each, and who is scored for it: in a full run everything, in an incremental one what concerns the
-- contacts that it rescores.
with events as (

    {{ touched_events(ref('int_events')) }}

),

identified as (

    select
        events.*,
        coalesce(events.contact_id, identifications.contact_id) as person_id
    from events
    left join {{ ref('int_identifications') }} as identifications
        on
            case when events.contact_id is null then events.anonymous_id end = identifications.anonymous_id
            and (identifications.after_at is null or events.occurred_at > identifications.after_at)
            and (identifications.until_at is null or events.occurred_at <= identifications.until_at)

),

activities as (

    select
        'event' as activity_kind,
        event_id as activity_id,
        event_type,
        contact_id as named_contact_id,
        case when contact_id is null then anonymous_id end as anonymous_id,
        person_id,
        {{ 'false' if flag_var('score_machine_events', false) else 'is_machine' }} as is_ignored,
        {{ fields_of_kind(event_fields + transaction_fields, kind='event') -}}
        occurred_at
    from identified

    union all

    select
        'transaction' as activity_kind,
        activity_id,
        null as event_type,
        contact_id as named_contact_id,
        null as anonymous_id,
        contact_id as person_id,
        false as is_ignored,
        {{ fields_of_kind(event_fields + transaction_fields, kind='transaction') -}}
        occurred_at
    from {{ touched_rows(ref('int_transaction_lines')) }}

)

select
    activities.* {{ except_columns(['person_id', 'is_ignored']) }},
    aliases.contact_id,
    case
        when activities.is_ignored then 'machine'
        when activities.person_id is null then 'anonymous'
        when aliases.alias_id is null then 'waiting'
        when aliases.contact_id is null then 'unscored'
        else 'scored'
    end as standing
from activities
left join {{ ref('int_contact_aliases') }} as aliases on activities.person_id = aliases.alias_id
