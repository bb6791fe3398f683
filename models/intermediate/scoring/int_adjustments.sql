-- The manual edits that count at as_of or wait for their contact, a row each.
with made as (

    select edits.*
    from {{ ref('int_latest_adjustments') }} as edits
    inner join {{ ref('config_models') }} as models on edits.model_id = models.model_id
    where
        edits.adjusted_at <= {{ as_of() }}
        and (edits.deleted_at is null or edits.deleted_at > {{ as_of() }})

)

select
    made.adjustment_id,
    made.model_id,
    aliases.contact_id,
    made.operation,
    made.note,
    made.author,
    cast(
        case when made.operation = 'subtract' then -made.points else made.points end as {{ points_type() }}
    ) as points,
    aliases.alias_id is null as is_waiting,
    made.adjusted_at
from made
left join {{ ref('int_contact_aliases') }} as aliases on made.contact_id = aliases.alias_id
