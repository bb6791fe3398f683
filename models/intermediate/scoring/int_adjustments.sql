-- The manual edits that count at as_of or wait for their contact, a row each: the last loaded of an edit counts.
with staged as (

    select *
    from {{ ref('stg_score_adjustments') }}

),

lasts as (

    {{ one_row_per_key('staged', 'score_adjustments', ['adjustment_id'], wins='last') }}

),

made as (

    select lasts.*
    from lasts
    inner join {{ ref('config_models') }} as models on lasts.model_id = models.model_id
    where
        lasts.adjusted_at <= {{ as_of() }}
        and (lasts.deleted_at is null or lasts.deleted_at > {{ as_of() }})

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
