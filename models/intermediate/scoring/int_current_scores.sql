{{- config(materialized="incremental", incremental_strategy="moved_contacts") -}}

-- The score of each contact at as_of, and when it changed and will change.
with changes as (

    select
        model_id,
        contact_id,
        max_by(score, changed_at) filter (where changed_at <= {{ as_of() }}) as score,
        max(changed_at) filter (where changed_at <= {{ as_of() }} and previous_score is not null) as last_changed_at,
        min(changed_at) filter (where changed_at > {{ as_of() }}) as next_change_at,
        min(changed_at) as history_began_at
    from {{ moved_rows(ref('int_score_changes')) }}
    group by model_id, contact_id

),

unlimited as (

    select
        model_id,
        contact_id,
        sum(points) as points
    from {{ moved_rows(ref('fct_score_ledger')) }}
    where valid_from <= {{ as_of() }} and (valid_to is null or valid_to > {{ as_of() }})
    group by model_id, contact_id

)

select
    changes.model_id,
    changes.contact_id,
    changes.score,
    cast(coalesce(unlimited.points, 0) as decimal(38, 8)) as unlimited_score,
    changes.last_changed_at,
    changes.next_change_at,
    changes.history_began_at
from changes
left join unlimited
    on
        changes.model_id = unlimited.model_id
        and changes.contact_id = unlimited.contact_id
