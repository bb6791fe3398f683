with members as (

    select
        scores.model_number,
        accounts.account_id,
        scores.contact_key,
        scores.score,
        accounts.account_weight as weight,
        max(scores.score) over (partition by scores.model_number, accounts.account_id) as best_score
    from {{ ref('int_scores') }} as scores
    inner join {{ ref('int_contacts') }} as accounts on scores.contact_key = accounts.contact_key
    where accounts.account_id is not null

)

select
    models.model_id,
    members.account_id,
    min(best.contact_id) as best_contact_id,
    count(*) as contacts,
    cast(sum(members.score) as {{ score_type() }}) as score_sum,
    cast(sum(members.score) as double) / count(*) as score_average,
    max(members.score) as score_maximum,
    cast(sum(members.score * members.weight) as double) / cast(nullif(sum(members.weight), 0) as double) as score_weighted
from members
inner join {{ ref('config_models') }} as models on members.model_number = models.model_number
left join {{ ref('int_contact_keys') }} as best
    on
        members.contact_key = best.contact_key
        and members.score = members.best_score
group by models.model_id, members.account_id
