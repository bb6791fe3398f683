-- Every change of a published score, past and to come, a row each; the first row of a contact begins its history.
with limits as (

    select * from {{ ref('config_category_limits') }}

),

ledger as (

    select
        entries.model_id,
        entries.contact_id,
        limits.category,
        entries.points,
        entries.valid_from,
        entries.valid_to
    from {{ ref('fct_score_ledger') }} as entries
    left join limits
        on
            entries.model_id = limits.model_id
            and entries.category = limits.category

),

moves as (

    select
        model_id,
        contact_id,
        category,
        valid_from as moved_at,
        points
    from ledger

    union all

    select
        model_id,
        contact_id,
        category,
        valid_to as moved_at,
        -points as points
    from ledger
    where valid_to is not null

    union all

    -- A history begins with the contact, even if nothing ever counts.
    select
        model_id,
        contact_id,
        null as category,
        created_at as moved_at,
        0 as points
    from {{ ref('int_audience') }}

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

limited_sums as (

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
    where category is not null

),

-- What is left of a category's sum within its limit.
kept as (

    select
        limited_sums.*,
        {{ within('limited_sums.points', 'limits.minimum', 'limits.maximum') }} as kept_points,
        {{ within('0', 'limits.minimum', 'limits.maximum') }} as empty_points
    from limited_sums
    inner join limits
        on
            limited_sums.model_id = limits.model_id
            and limited_sums.category = limits.category

),

counted as (

    select
        model_id,
        contact_id,
        moved_at,
        points
    from netted
    where category is null

    union all

    select
        model_id,
        contact_id,
        moved_at,
        kept_points - lag(kept_points, 1, empty_points) over (
            partition by model_id, contact_id, category
            order by moved_at
        ) as points
    from kept

),

instants as (

    select
        model_id,
        contact_id,
        moved_at,
        sum(points) as points
    from counted
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

-- What empty categories are worth: nothing, unless a limit keeps 0 out.
models as (

    select
        models.model_id,
        models.minimum_score,
        models.maximum_score,
        coalesce(sum({{ within('0', 'limits.minimum', 'limits.maximum') }}), 0) as empty_points
    from {{ ref('config_models') }} as models
    left join limits on models.model_id = limits.model_id
    group by models.model_id, models.minimum_score, models.maximum_score

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
    inner join models on totals.model_id = models.model_id

),

compared as (

    select
        *,
        lag(score) over (partition by model_id, contact_id order by moved_at) as previous_score
    from published

)

select
    model_id,
    contact_id,
    previous_score,
    score,
    moved_at as changed_at
from compared
where score is distinct from previous_score
