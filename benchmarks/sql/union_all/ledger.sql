-- A set ends what began before it.
with sets as (

    select distinct model_id, contact_id, valid_from as set_at
    from rule_points
    where operation = 'set'

),

cut as (

    select
        rule_points.* exclude (valid_to),
        -- The lesser of those that are there.
        least(rule_points.valid_to, sets.set_at) as valid_to
    from rule_points
    asof left join sets
        on rule_points.model_id = sets.model_id
        and rule_points.contact_id = sets.contact_id
        and rule_points.valid_from < sets.set_at

)

select *
from cut
where valid_to is null or valid_from < valid_to
