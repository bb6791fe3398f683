-- The contacts that are scored, as their current version tells, and whether they may be mailed. All of a version's columns:
-- whatever segments name, nothing that scores depends on it.
with happened as (

    select
        staged.* {{ except_columns(['updated_at']) }},
        coalesce(staged.updated_at, staged.created_at) as updated_at
    from {{ ref('stg_contacts') }} as staged
    inner join {{ ref('int_contacts') }} as contacts on staged.contact_id = contacts.contact_id
    where coalesce(staged.updated_at, staged.created_at) <= {{ as_of() }}

),

latest as (

    select
        contact_id,
        max(updated_at) as updated_at
    from happened
    group by contact_id

),

latest_rows as (

    select happened.*
    from happened
    inner join latest
        on
            happened.contact_id = latest.contact_id
            and happened.updated_at = latest.updated_at

),

-- A version that was loaded twice counts as it was loaded last.
currents as (

    {{ one_row_per_key('latest_rows', 'contacts', ['contact_id'], wins='last') }}

)

select
    currents.*,
    case
        when currents.email is null or trim(currents.email) = '' then 'missing'
        when opt_outs.unsubscribed_at is not null then 'unsubscribed'
        when opt_outs.bounced_at is not null then 'bounced'
        when currents.email_consent then 'mailable'
        else 'no consent'
    end as email_status
from currents
left join {{ ref('int_opt_outs') }} as opt_outs on currents.contact_id = opt_outs.contact_id
