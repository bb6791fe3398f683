{{- config(materialized="incremental", incremental_strategy="notified_contacts") -}}

-- Who entered a band of which people want to hear. What has been delivered stays as it was told, whatever comes late.
with enterings as (

    select *
    from {{ ref('int_enterings') }}

),

deliveries as (

    {{ notification_deliveries() }}

),

delivered as (

    select
        deliveries.model_id,
        deliveries.contact_id,
        deliveries.band_id,
        deliveries.reasons,
        deliveries.action,
        deliveries.score,
        coalesce({{ is_news('enterings.transitioned_at', 'start.first_as_of') }}, false) as is_due,
        deliveries.transitioned_at,
        deliveries.delivered_at
    from {{ notified_rows('deliveries') }} as deliveries
    cross join {{ ref('notification_start') }} as start
    left join enterings
        on
            deliveries.model_id = enterings.model_id
            and deliveries.contact_id = enterings.contact_id
            and deliveries.transitioned_at = enterings.transitioned_at

),

waiting as (

    select
        enterings.model_id,
        enterings.contact_id,
        enterings.band_id,
        reasons.reasons,
        enterings.action,
        enterings.score,
        {{ is_news('enterings.transitioned_at', 'start.first_as_of') }} and not {{ told_of_lately('enterings') }} as is_due,
        enterings.transitioned_at,
        cast(null as timestamp) as delivered_at
    from enterings
    cross join {{ ref('notification_start') }} as start
    left join {{ ref('int_entering_reasons') }} as reasons
        on
            enterings.model_id = reasons.model_id
            and enterings.contact_id = reasons.contact_id
            and enterings.transitioned_at = reasons.transitioned_at
    left join deliveries
        on
            enterings.model_id = deliveries.model_id
            and enterings.contact_id = deliveries.contact_id
            and enterings.transitioned_at = deliveries.transitioned_at
    where deliveries.contact_id is null

)

select * from delivered
union all
select * from waiting
