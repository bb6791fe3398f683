{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

-- The contacts that are scored, as their current version tells, and whether they may be mailed. All of a version's columns:
-- whatever segments name, nothing that scores depends on it.
with versions as (

    select
        staged.contact_id,
        coalesce(staged.updated_at, staged.created_at) as updated_at,
        count(*) as copies
    from {{ touched_rows(ref('stg_contacts')) }} as staged
    where coalesce(staged.updated_at, staged.created_at) <= {{ as_of() }}
    group by staged.contact_id, coalesce(staged.updated_at, staged.created_at)

),

latest as (

    select
        versions.contact_id,
        max(versions.updated_at) as updated_at,
        max_by(versions.copies, versions.updated_at) as copies
    from versions
    inner join {{ ref('int_contacts') }} as contacts on versions.contact_id = contacts.contact_id
    group by versions.contact_id

),

{% for name, copies in [('loaded_once', '= 1'), ('loaded_again', '> 1')] -%}
{{ name }} as (

    select
        staged.* {{ except_columns(['updated_at']) }},
        latest.updated_at
    from {{ touched_rows(ref('stg_contacts')) }} as staged
    inner join latest
        on
            staged.contact_id = latest.contact_id
            and coalesce(staged.updated_at, staged.created_at) = latest.updated_at
    where latest.copies {{ copies }}

),

{% endfor -%}
-- A version that was loaded twice counts as it was loaded last.
currents as (

    select * from loaded_once

    union all

    select *
    from (
        {{ one_row_per_key('loaded_again', 'contacts', ['contact_id'], wins='last') | indent(4) }}
    ) as loaded_last

),

known as (

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

)

select
    known.*,
    {{ content_hash(columns_as_text(exported_contact_columns(), 'known')) }} as profile_hash
from known
