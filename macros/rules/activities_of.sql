{% macro activities_of(people, definitions, is_counted) -%}
    {#
        What people did up to an instant, a row each: under the contact that is scored for it. `people`: a relation of contact_key,
        survivor_key and as_of. `definitions`: what names the fields that are needed. `is_counted`: which `events` count, as SQL.
    #}
    {%- set fields = fields_named(definitions, 'event') + fields_named(definitions, 'transaction') %}
select
    events.activity_key,
    people.survivor_key as contact_key,
    events.event_type,
    {{ fields_of_kind(fields, kind='event', relation='events') -}}
    events.occurred_at
from {{ ref('int_events') }} as events
inner join {{ people }} as people
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
    {{ fields_of_kind(fields, kind='event', relation='events') -}}
    events.occurred_at
from {{ ref('int_identifications') }} as identifications
inner join {{ people }} as people on identifications.contact_key = people.contact_key
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
    {{ fields_of_kind(fields, kind='transaction', relation='lines') -}}
    lines.occurred_at
from {{ ref('int_transaction_lines') }} as lines
inner join {{ people }} as people
    on
        lines.contact_key = people.contact_key
        and lines.occurred_at <= people.as_of
where lines.is_cancelled is not true and lines.is_unconverted is not true
{%- endmacro %}
