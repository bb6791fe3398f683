{{- config(materialized="incremental", incremental_strategy="arrived_events") -}}
{%- if source_models('events') -%}
-- depends_on: {{ ref('run_source_rows') }}

{% endif -%}

{% set staged, arrived = ref('stg_events'), ref('run_new_events') -%}
{% set conditions = ref('config_conditions') -%}
{% set definitions = rule_definitions(ref('config_rules'), conditions) + conversion_definitions(ref('config_conversions'), conditions) -%}

-- The first loaded of an id counts.
with firsts as (

    {{ one_row_per_key(arrived if is_incremental() else staged, 'events', ['event_id'], wins='first') }}

)

select
    {{ new_key('activity_key', 'firsts.raw_place' if raw_place('events')) }} as activity_key,
    firsts.event_id,
    firsts.event_type,
    contacts.contact_key,
    visitors.visitor_key,
    coalesce(firsts.is_machine, false) as is_machine,
    {{ asset('event', 'firsts', definitions) }} as asset,
    {{ field_values(fields_named(definitions, 'event'), 'firsts') -}}
    firsts.occurred_at
from firsts
left join {{ ref('int_contact_keys') }} as contacts on firsts.contact_id = contacts.contact_id
left join {{ ref('int_visitor_keys') }} as visitors on firsts.anonymous_id = visitors.anonymous_id
