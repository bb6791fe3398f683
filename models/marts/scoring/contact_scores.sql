-- The published score of each contact at as_of, and when it changed and will change.
with changes as (

    select
        model_id,
        contact_id,
        max_by(score, changed_at) filter (where changed_at <= {{ as_of() }}) as score,
        max(changed_at) filter (where changed_at <= {{ as_of() }} and previous_score is not null) as last_changed_at,
        min(changed_at) filter (where changed_at > {{ as_of() }}) as next_change_at,
        min(changed_at) as history_began_at
    from {{ ref('int_score_changes') }}
    group by model_id, contact_id

),

unlimited as (

    select
        model_id,
        contact_id,
        sum(points) as points
    from {{ ref('fct_score_ledger') }}
    where valid_from <= {{ as_of() }} and (valid_to is null or valid_to > {{ as_of() }})
    group by model_id, contact_id

),

placed as (

    select
        changes.*,
        coalesce(unlimited.points, 0) as unlimited_score,
        rank() over (partition by changes.model_id order by changes.score desc) as score_rank,
        rank() over (partition by changes.model_id order by changes.score) - 1 as lower_scores,
        count(*) over (partition by changes.model_id) as all_scores
    from changes
    left join unlimited
        on
            changes.model_id = unlimited.model_id
            and changes.contact_id = unlimited.contact_id

)

select
    placed.model_id,
    placed.contact_id,
    bands.band_id,
    bands.title as band_title,
    bands.action,
    placed.score,
    cast(placed.unlimited_score as decimal(38, 8)) as unlimited_score,
    placed.score_rank,
    cast(100.0 * placed.lower_scores / placed.all_scores as double) as percentile,
    placed.last_changed_at,
    placed.next_change_at,
    placed.history_began_at,
    {{ as_of() }} as as_of
from placed
left join {{ ref('config_bands') }} as bands
    on
        placed.model_id = bands.model_id
        and {{ in_band('placed.score', 'bands') }}
