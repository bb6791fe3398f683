{{ config(materialized="view") }}

-- What each instant adds to a score by categories that have a limit: the difference in what is left within it.
with limits as (

    select
        *,
        {{ within('0', 'minimum', 'maximum') }} as empty_points
    from {{ ref('config_category_limits') }}

),

entries as (

    select ledger.*
    from {{ ref('fct_score_ledger') }} as ledger
    inner join limits
        on
            ledger.model_id = limits.model_id
            and ledger.category = limits.category

),

moves as (

    select
        model_id,
        contact_id,
        category,
        points,
        valid_from as moved_at
    from entries

    union all

    select
        model_id,
        contact_id,
        category,
        -points as points,
        valid_to as moved_at
    from entries
    where valid_to is not null

),

netted as (

    select
        model_id,
        contact_id,
        category,
        moved_at,
        sum(points) as points
    from moves
    group by model_id, contact_id, category, moved_at

),

sums as (

    select
        model_id,
        contact_id,
        category,
        moved_at,
        sum(points) over (
            partition by model_id, contact_id, category
            order by moved_at
            rows between unbounded preceding and current row
        ) as points
    from netted

),

kept as (

    select
        sums.model_id,
        sums.contact_id,
        sums.category,
        sums.moved_at,
        limits.empty_points,
        {{ within('sums.points', 'limits.minimum', 'limits.maximum') }} as points
    from sums
    inner join limits
        on
            sums.model_id = limits.model_id
            and sums.category = limits.category

)

select
    model_id,
    contact_id,
    points - lag(points, 1, empty_points) over (
        partition by model_id, contact_id, category
        order by moved_at
    ) as points,
    moved_at
from kept
