{{- config(materialized="incremental", incremental_strategy="moved_ids") -}}
{%- set cool_down = ['enterings.notify_again_months', 'enterings.notify_again_microseconds'] %}

-- Who entered a band of which people want to hear. What has been delivered stays as it was told, whatever comes late.
with enterings as (

    select
        models.model_id,
        contacts.contact_id,
        bands.band_id,
        bands.action,
        reasons.reasons,
        enterings.score,
        enterings.notify_again_months,
        enterings.notify_again_microseconds,
        enterings.transitioned_at,
        lead(enterings.transitioned_at) over (
            partition by enterings.contact_key, enterings.band_number order by enterings.transitioned_at
        ) as next_transitioned_at
    from {{ ref('int_enterings') }} as enterings
    inner join {{ ref('config_models') }} as models on enterings.model_number = models.model_number
    inner join {{ ref('config_bands') }} as bands on enterings.band_number = bands.band_number
    inner join {{ ref('int_contact_keys') }} as contacts on enterings.contact_key = contacts.contact_key
    left join {{ ref('int_entering_reasons') }} as reasons
        on
            enterings.model_number = reasons.model_number
            and enterings.contact_key = reasons.contact_key
            and enterings.transitioned_at = reasons.transitioned_at

),

deliveries as (

    {{ notification_deliveries() }}

),

moved as (

    select contacts.contact_id
    from {{ ref('run_moved') }} as moved
    inner join {{ ref('int_contact_keys') }} as contacts on moved.contact_key = contacts.contact_key

),

delivered as (

    select
        deliveries.model_id,
        deliveries.contact_id,
        deliveries.band_id,
        deliveries.reasons,
        deliveries.action,
        deliveries.score,
        -- For receivers that haven't been told, too, where late rows put the entering earlier since.
        exists(
            select 1
            from enterings
            where
                enterings.model_id = deliveries.model_id
                and enterings.contact_id = deliveries.contact_id
                and (
                    enterings.transitioned_at = deliveries.transitioned_at
                    or (enterings.band_id = deliveries.band_id and {{ seemed_then('deliveries', 'enterings') }})
                )
                and {{ is_news('enterings.transitioned_at', 'start.first_as_of') }}
        ) as is_due,
        deliveries.transitioned_at,
        deliveries.delivered_at
    from deliveries
    cross join {{ ref('notification_start') }} as start
    cross join {{ ref('run_plan') }} as plan
    left join moved on deliveries.contact_id = moved.contact_id
    where plan.is_full or moved.contact_id is not null

),

waiting as (

    select
        enterings.model_id,
        enterings.contact_id,
        enterings.band_id,
        enterings.reasons,
        enterings.action,
        enterings.score,
        {{ is_news('enterings.transitioned_at', 'start.first_as_of') }}
        -- Before late rows came somebody was told of it at another instant, or of another entering within the cool-down of either.
        and not exists (
            select 1
            from deliveries as told
            where
                told.model_id = enterings.model_id
                and told.contact_id = enterings.contact_id
                and told.band_id = enterings.band_id
                and (
                    {{ seemed_then('told', 'enterings') }}
                    or (
                        enterings.notify_again_months is not null
                        and {{ add_duration('told.transitioned_at', *cool_down) }} > enterings.transitioned_at
                        and {{ add_duration('enterings.transitioned_at', *cool_down) }} > told.transitioned_at
                    )
                )
        ) as is_due,
        enterings.transitioned_at,
        cast(null as timestamp) as delivered_at
    from enterings
    cross join {{ ref('notification_start') }} as start
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
