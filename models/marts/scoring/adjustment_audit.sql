{{- config(materialized="view", tags=["constant"]) -}}

select
    edits.adjustment_id,
    edits.model_id,
    edits.contact_id,
    contacts.contact_id as scored_contact_id,
    edits.operation,
    edits.note,
    edits.author,
    edits.status,
    edits.stated_points as points,
    edits.adjusted_at,
    edits.deleted_at,
    edits.loaded_at
from {{ ref('int_adjustments') }} as edits
left join {{ ref('int_contact_keys') }} as contacts on edits.scored_contact_key = contacts.contact_key
