{{- config(materialized="view") -}}

-- The sum of each category that has a limit, a row an instant at which it changes.
with entries as (

    select ledger.*
    from {{ touched_rows(ref('fct_score_ledger')) }} as ledger
    inner join {{ ref('config_category_limits') }} as limits
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

)

select * from sums
