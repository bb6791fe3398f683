-- Every manual edit that has arrived, and whether it counts at as_of.
select
    edits.adjustment_id,
    edits.model_id,
    edits.contact_id,
    audience.contact_id as scored_contact_id,
    edits.operation,
    edits.note,
    edits.author,
    case
        when edits.deleted_at <= {{ as_of() }} then 'deleted'
        when edits.adjusted_at > {{ as_of() }} then 'later'
        when aliases.alias_id is null then 'waiting'
        when audience.contact_id is null then 'not scored'
        else 'counts'
    end as status,
    cast(edits.points as {{ points_type() }}) as points,
    edits.adjusted_at,
    edits.deleted_at,
    edits.loaded_at
from {{ ref('int_latest_adjustments') }} as edits
left join {{ ref('int_contact_aliases') }} as aliases on edits.contact_id = aliases.alias_id
left join {{ ref('int_audience') }} as audience
    on
        edits.model_id = audience.model_id
        and aliases.contact_id = audience.contact_id
