{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{{- replaces_rows_by(['int_touched_contacts']) }}

-- Every change of a published score, past and to come, a row each; the first row of a contact begins its history.
with moves as (

    select * from {{ ref('int_unlimited_moves') }}

    union all

    select * from {{ ref('int_limited_moves') }}

),

instants as (

    select
        model_id,
        contact_id,
        moved_at,
        sum(points) as points
    from moves
    group by model_id, contact_id, moved_at

),

totals as (

    select
        model_id,
        contact_id,
        moved_at,
        sum(points) over (
            partition by model_id, contact_id
            order by moved_at
            rows between unbounded preceding and current row
        ) as points
    from instants

),

published as (

    select
        totals.model_id,
        totals.contact_id,
        totals.moved_at,
        cast(round(
            {{ within('totals.points + models.empty_points', 'models.minimum_score', 'models.maximum_score') }}, 2
        ) as {{ score_type() }}) as score
    from totals
    inner join {{ ref('config_model_limits') }} as models on totals.model_id = models.model_id

),

compared as (

    select
        model_id,
        contact_id,
        lag(score) over (partition by model_id, contact_id order by moved_at) as previous_score,
        score,
        moved_at as changed_at
    from published

)

select
    model_id,
    contact_id,
    previous_score,
    score,
    changed_at
from compared
where score is distinct from previous_score
