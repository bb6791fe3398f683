{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

{% set contact_versions = ref('int_contact_versions') -%}
{% set conversions = conversion_definitions(ref('config_conversions'), ref('config_conditions')) -%}
{% set contact_fields = fields_named(conversions, 'contact') -%}

-- The first activity of each contact that is a success, whatever run it arrived in.
with people as (

    select
        contact_key,
        survivor_key,
        {{ as_of() }} as as_of
    from {{ ref('int_contacts') }}
    where survivor_key is not null

),

activities as (

    {{ activities_of('people', conversions, 'not events.is_machine') | indent(4) }}

),
{% if contact_fields %}
versions as (

    select
        {{ field_values(contact_fields, 'versions') | indent(4) -}}
        versions.contact_key,
        versions.valid_from,
        versions.valid_to
    from {{ contact_versions }} as versions

),
{% endif %}
hits as (

    select
        activities.contact_key,
        activities.activity_key,
        activities.occurred_at,
        {{ explode_present_in(hits_by_activity(conversions, {
            'activity': 'activities', 'event': 'activities', 'transaction': 'activities', 'contact': 'versions',
        })) }} as conversion_number
    from activities
    {%- if contact_fields %}
    inner join versions
        on
            activities.contact_key = versions.contact_key
            and activities.occurred_at >= versions.valid_from
            and (versions.valid_to is null or activities.occurred_at < versions.valid_to)
    {%- endif %}

),

placed as (

    select
        hits.conversion_number,
        hits.contact_key,
        hits.occurred_at,
        ids.activity_id,
        row_number() over (
            partition by hits.conversion_number, hits.contact_key
            order by hits.occurred_at, ids.activity_id
        ) as place
    from (
        select
            *,
            min(occurred_at) over (partition by conversion_number, contact_key) as first_at
        from hits
    ) as hits
    inner join {{ ref('int_activity_ids') }} as ids on hits.activity_key = ids.activity_key
    where hits.occurred_at = hits.first_at

)

select
    conversion_number,
    contact_key,
    activity_id,
    occurred_at as converted_at
from placed
where place = 1 {{- learned_anew() }}
