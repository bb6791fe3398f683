{{- config(materialized="view") -}}

-- Every contact that has arrived, and who is scored for what it did: itself, the survivor of its merge, or nobody.
with arrived as (

    select contact_id
    from {{ ref('int_contact_versions') }}
    where is_current

),

resolved as (

    select
        arrived.contact_id as alias_id,
        coalesce(merged.survivor_id, arrived.contact_id) as survivor_id
    from arrived
    left join {{ ref('int_merges') }} as merged on arrived.contact_id = merged.contact_id

)

select
    resolved.alias_id,
    contacts.contact_id
from resolved
left join {{ ref('int_contacts') }} as contacts on resolved.survivor_id = contacts.contact_id
