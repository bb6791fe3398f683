{{- config(materialized="view", tags=["constant"]) -}}

{% set rules = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}
{% set event_fields = fields_named(rules, 'event') -%}
{% set transaction_fields = fields_named(rules, 'transaction') -%}
{% set is_counted = 'true' if flag_var('score_machine_events', false) else 'not events.is_machine' -%}

-- What the contacts of this run did up to as_of, a row each: under the contact that is scored for it.
with people as (

    select
        people.contact_key,
        people.survivor_key,
        contacts.as_of
    from {{ ref('int_contacts') }} as people
    inner join {{ ref('run_contacts') }} as contacts on people.survivor_key = contacts.contact_key

)

select
    events.activity_key,
    people.survivor_key as contact_key,
    events.event_type,
    {{ fields_of_kind(event_fields + transaction_fields, kind='event', relation='events') -}}
    events.occurred_at
from {{ ref('int_events') }} as events
inner join people
    on
        events.contact_key = people.contact_key
        and events.occurred_at <= people.as_of
where {{ is_counted }}

union all

-- Of visitors who have been identified, those that don't say who it was.
select
    events.activity_key,
    people.survivor_key as contact_key,
    events.event_type,
    {{ fields_of_kind(event_fields + transaction_fields, kind='event', relation='events') -}}
    events.occurred_at
from {{ ref('int_identifications') }} as identifications
inner join people on identifications.contact_key = people.contact_key
inner join {{ ref('int_events') }} as events
    on
        identifications.visitor_key = events.visitor_key
        and {{ in_turn('events.occurred_at', 'identifications') }}
where events.contact_key is null and events.occurred_at <= people.as_of and {{ is_counted }}

union all

select
    lines.activity_key,
    people.survivor_key as contact_key,
    cast(null as {{ dbt.type_string() }}) as event_type,
    {{ fields_of_kind(event_fields + transaction_fields, kind='transaction', relation='lines') -}}
    lines.occurred_at
from {{ ref('int_transaction_lines') }} as lines
inner join people
    on
        lines.contact_key = people.contact_key
        and lines.occurred_at <= people.as_of
where lines.is_cancelled is not true and lines.is_unconverted is not true
