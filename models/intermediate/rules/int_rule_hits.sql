{% set versions = touched_rows(ref('int_contact_versions')) -%}
{% set definitions = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}
{% set rules = definitions | rejectattr('trigger', 'equalto', 'profile') | list -%}
{% set contact_fields = fields_named(rules, 'contact') -%}
{% set carried = fields_carried(rules) -%}

-- Which activity meets which rule, a row each. One scan of the activities, however many rules there are.
with activities as (

    select
        activities.*,
        contacts.contact_number
    from {{ ref('int_activities') }} as activities
    inner join {{ ref('int_contact_numbers') }} as contacts on activities.contact_id = contacts.contact_id
    where activities.standing = 'scored'

),

hits as (

    select
        activities.contact_number,
        activities.activity_id,
        activities.occurred_at,
        {%- for field in carried %}
        activities.{{ field.name }},
        {%- endfor %}
        {{ explode_present_in(hits_by_activity(rules, {
            'activity': 'activities', 'event': 'activities', 'transaction': 'activities', 'contact': 'versions',
        })) }} as rule_number
    from activities
    {%- if contact_fields %}
    inner join {{ versions }} as versions
        on
            activities.contact_id = versions.contact_id
            and activities.occurred_at >= versions.valid_from
            and (versions.valid_to is null or activities.occurred_at < versions.valid_to)
    {%- endif %}

)

select
    cast(rule_number as smallint) as rule_number,
    contact_number,
    activity_id,
    {{ case_per_rule(rules, 'once_per', dbt.type_string(), {'event': 'hits', 'transaction': 'hits'}) }} as once_value,
    {{ case_per_rule(rules, 'measure_field', dbt.type_string(), {'event': 'hits', 'transaction': 'hits'}) }} as measured_value,
    occurred_at
from hits
