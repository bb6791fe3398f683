{{- config(materialized="incremental", incremental_strategy="run_contacts") -}}

-- depends_on: {{ ref('run_contacts') }}

-- The contacts who unsubscribed or whose address bounced, as far as that still holds.
with opt_outs as (

    select
        contact_key,
        max(occurred_at) filter (where {{ is_event_of('unsubscribe_events') }}) as unsubscribed_at,
        max(occurred_at) filter (where {{ is_event_of('bounce_events') }}) as bounced_at
    from {{ ref('int_activities') }}
    where {{ is_event_of('unsubscribe_events') }} or {{ is_event_of('bounce_events') }}
    group by contact_key

),

compared as (

    select
        versions.contact_key,
        versions.updated_at,
        versions.version_number,
        coalesce(versions.email_consent, false) as consents,
        lower(trim(versions.email)) as address,
        lag(coalesce(versions.email_consent, false)) over (
            partition by versions.contact_key order by versions.version_number
        ) as consented,
        lag(lower(trim(versions.email))) over (
            partition by versions.contact_key order by versions.version_number
        ) as previous_address
    from {{ ref('int_contact_versions') }} as versions
    inner join opt_outs on versions.contact_key = opt_outs.contact_key

),

-- The first version reaches back, as it does for rules: it undoes nothing.
renewed as (

    select
        contact_key,
        max(updated_at) filter (where version_number > 1 and consents and not consented) as consented_again_at,
        max(updated_at) filter (where version_number > 1 and address is distinct from previous_address) as new_address_at
    from compared
    group by contact_key

),

standing as (

    select
        opt_outs.contact_key,
        case
            when renewed.consented_again_at is null or opt_outs.unsubscribed_at >= renewed.consented_again_at
                then opt_outs.unsubscribed_at
        end as unsubscribed_at,
        case
            when renewed.new_address_at is null or opt_outs.bounced_at >= renewed.new_address_at then opt_outs.bounced_at
        end as bounced_at
    from opt_outs
    left join renewed on opt_outs.contact_key = renewed.contact_key

)

select * from standing
where unsubscribed_at is not null or bounced_at is not null
