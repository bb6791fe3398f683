{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{{- replaces_rows_by(['int_touched_contacts']) }}

-- The contacts who unsubscribed or whose address bounced, as far as that still holds.
with opt_outs as (

    select
        contact_id,
        max(occurred_at) filter (where {{ is_event_of('unsubscribe_events') }}) as unsubscribed_at,
        max(occurred_at) filter (where {{ is_event_of('bounce_events') }}) as bounced_at
    from {{ ref('int_activities') }}
    where standing = 'scored' and ({{ is_event_of('unsubscribe_events') }} or {{ is_event_of('bounce_events') }})
    group by contact_id

),

happened as (

    select
        staged.* {{ except_columns(['updated_at']) }},
        coalesce(staged.updated_at, staged.created_at) as updated_at
    from {{ ref('stg_contacts') }} as staged
    inner join opt_outs on staged.contact_id = opt_outs.contact_id
    where coalesce(staged.updated_at, staged.created_at) <= {{ as_of() }}

),

versions as (

    {{ one_row_per_key('happened', 'contacts', ['contact_id', 'updated_at'], wins='last') }}

),

compared as (

    select
        contact_id,
        updated_at,
        coalesce(email_consent, false) as consents,
        lower(trim(email)) as address,
        lag(coalesce(email_consent, false)) over (partition by contact_id order by updated_at) as consented,
        lag(lower(trim(email))) over (partition by contact_id order by updated_at) as previous_address,
        row_number() over (partition by contact_id order by updated_at) as version_number
    from versions

),

-- The first version reaches back, as it does for rules: it undoes nothing.
renewed as (

    select
        contact_id,
        max(updated_at) filter (where version_number > 1 and consents and not consented) as consented_again_at,
        max(updated_at) filter (where version_number > 1 and address is distinct from previous_address) as new_address_at
    from compared
    group by contact_id

),

standing as (

    select
        opt_outs.contact_id,
        case
            when renewed.consented_again_at is null or opt_outs.unsubscribed_at >= renewed.consented_again_at
                then opt_outs.unsubscribed_at
        end as unsubscribed_at,
        case
            when renewed.new_address_at is null or opt_outs.bounced_at >= renewed.new_address_at then opt_outs.bounced_at
        end as bounced_at
    from opt_outs
    left join renewed on opt_outs.contact_id = renewed.contact_id

)

select * from standing
where unsubscribed_at is not null or bounced_at is not null
