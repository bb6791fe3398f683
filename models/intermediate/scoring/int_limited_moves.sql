{{- config(materialized="view") -}}

-- What each instant adds to a score by categories that have a limit: the difference in what is left within it.
with limits as (

    select
        *,
        {{ within('0', 'minimum', 'maximum') }} as empty_points
    from {{ ref('config_category_limits') }}

),

kept as (

    select
        sums.model_id,
        sums.contact_id,
        sums.category,
        sums.moved_at,
        limits.empty_points,
        {{ within('sums.points', 'limits.minimum', 'limits.maximum') }} as points
    from {{ ref('int_category_sums') }} as sums
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
