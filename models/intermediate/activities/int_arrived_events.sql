{{- config(materialized="incremental", incremental_strategy="arrived_events") -}}

{{- replaces_rows_by(['int_arrivals']) }}

{% set staged_events, new_events = ref('stg_events'), ref('int_new_events') -%}
{% set rules = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}

-- The first loaded of an id counts.
with firsts as (

    {{ one_row_per_key(staged_events if is_full_run() else new_events, 'events', ['event_id'], wins='first') }}

)

select
    firsts.event_id,
    firsts.event_type,
    firsts.contact_id,
    firsts.anonymous_id,
    coalesce(firsts.is_machine, false) as is_machine,
    {{ field_values(fields_named(rules, 'event'), 'firsts') -}}
    firsts.occurred_at
from firsts
