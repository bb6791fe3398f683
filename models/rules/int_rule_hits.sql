{% set contact_versions, run_contacts = ref('int_contact_versions'), ref('run_contacts') -%}
{% set definitions = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}
{% set rules = definitions | rejectattr('trigger', 'equalto', 'profile') | list -%}
{% set contact_fields = fields_named(rules, 'contact') -%}
{% set contact_versions, run_contacts = ref('int_contact_versions'), ref('run_contacts') -%}

-- Which activity meets which rule, a row each. One scan of the activities, however many rules there are.
with activities as (

    select *
    from {{ ref('int_activities') }}

),
{% if contact_fields %}
versions as (

    select
        {{ field_values(contact_fields, 'versions') | indent(4) -}}
        versions.contact_key,
        versions.valid_from,
        versions.valid_to
    from {{ contact_versions }} as versions
    inner join {{ run_contacts }} as contacts on versions.contact_key = contacts.contact_key

),
{% endif %}
hits as (

    select
        activities.contact_key,
        activities.activity_key,
        activities.occurred_at,
        {%- for field in fields_carried(rules) %}
        activities.{{ field.name }},
        {%- endfor %}
        {{ explode_present_in(hits_by_activity(rules, {
            'activity': 'activities', 'event': 'activities', 'transaction': 'activities', 'contact': 'versions',
        })) }} as rule_number
    from activities
    {%- if contact_fields %}
    inner join versions
        on
            activities.contact_key = versions.contact_key
            and activities.occurred_at >= versions.valid_from
            and (versions.valid_to is null or activities.occurred_at < versions.valid_to)
    {%- endif %}

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
