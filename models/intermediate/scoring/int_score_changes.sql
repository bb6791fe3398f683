{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{{- replaces_rows_by(['int_touched_contacts']) }}

-- Every change of a published score, past and to come, a row each; the first row of a contact begins its history.
with moves as (

    select * from {{ ref('int_unlimited_moves') }}

    union all

    select * from {{ ref('int_limited_moves') }}

),

-- What moves at one instant is netted: each of its rows knows the sum after all of them, and the first of them the sum before.
totals as (

    select
        model_id,
        contact_id,
        moved_at,
        sum(points) over (partition by model_id, contact_id order by moved_at) as points_after,
        sum(points) over (
            partition by model_id, contact_id
            order by moved_at
            rows between unbounded preceding and current row
        ) - points as points_before,
        lag(moved_at) over (partition by model_id, contact_id order by moved_at) as previous_moved_at
    from moves

),

published as (

    select
        totals.model_id,
        totals.contact_id,
        case
            when totals.previous_moved_at is not null then {{ published_score('totals.points_before', 'models') }}
        end as previous_score,
        {{ published_score('totals.points_after', 'models') }} as score,
        totals.moved_at as changed_at
    from totals
    inner join {{ ref('config_model_limits') }} as models on totals.model_id = models.model_id
    where totals.moved_at is distinct from totals.previous_moved_at

)

select
    model_id,
    contact_id,
    previous_score,
    score,
    changed_at
from published
where score is distinct from previous_score
