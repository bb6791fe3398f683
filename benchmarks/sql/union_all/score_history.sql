-- Each change of a score: running sums, of limited categories clamped first.
with deltas as (

    select model_id, contact_id, category, valid_from as moved_at, points
    from ledger
    union all
    select model_id, contact_id, category, valid_to as moved_at, -points
    from ledger
    where valid_to is not null
    -- Everybody has a score, activity or not.
    union all
    select models.model_id, contacts.contact_id, null, contacts.created_at, 0
    from contacts
    cross join (select distinct model_id from ledger) as models

),

netted as (

    select model_id, contact_id, category, moved_at, sum(points) as points, {category_maximum} as category_maximum
    from deltas
    where moved_at <= {as_of}
    group by all

),

limited as (

    select
        * exclude (points),
        least(sum(points) over (partition by model_id, contact_id, category order by moved_at), category_maximum) as points
    from netted
    where category_maximum is not null

),

summands as (

    select model_id, contact_id, moved_at, points
    from netted
    where category_maximum is null
    union all
    select
        model_id, contact_id, moved_at,
        points - lag(points, 1, 0) over (partition by model_id, contact_id, category order by moved_at) as points
    from limited

),

instants as (

    select model_id, contact_id, moved_at, sum(points) as points
    from summands
    group by all

),

totals as (

    select
        model_id, contact_id, moved_at,
        greatest(least(
            round(sum(points) over (partition by model_id, contact_id order by moved_at), 2), {maximum}
        ), {minimum}) as score
    from instants

)

select
    *,
    {band} as band_id,
    lag({band}) over (partition by model_id, contact_id order by moved_at) as previous_band_id,
    lag(score) over (partition by model_id, contact_id order by moved_at) as previous_score
from totals
