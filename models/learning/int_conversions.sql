{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

{% set contact_versions = ref('int_contact_versions') -%}
{% set conversions = conversion_definitions(ref('config_conversions'), ref('config_conditions')) -%}

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

    {{ activities_of('people', conversions, 'not events.is_machine') }}

),

hits as (

    {{ activity_hits(conversions, 'conversion_number', contact_versions) }}

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
    cast(conversion_number as smallint) as conversion_number,
    contact_key,
    activity_id,
    occurred_at as converted_at
from placed
where place = 1 {{- learned_anew() }}
