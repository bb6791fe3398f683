{% set contact_versions, run_contacts = ref('int_contact_versions'), ref('run_contacts') -%}
{% set definitions = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}
{% set rules = definitions | rejectattr('trigger', 'equalto', 'profile') | list -%}

-- Which activity meets which rule, a row each. One scan of the activities, however many rules there are.
with activities as (

    select *
    from {{ ref('int_activities') }}

),

hits as (

    {{ activity_hits(rules, 'rule_number', contact_versions, run_contacts) }}

)

select
    cast(rule_number as smallint) as rule_number,
    contact_key,
    activity_key,
    -- What `once_per` and `count_distinct` tell apart, and what `sum` and `average` add up or `per_field` names.
    {{ distinct_values(rules) }} as distinct_value,
    {{ counted_amounts(rules) }} as amount,
    occurred_at
from hits
