{{- config(materialized="view", tags=["constant"]) -}}

{% set rules = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}
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

{{ activities_of('people', rules, is_counted) }}
