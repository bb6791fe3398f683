with members as (

    select
        scores.model_id,
        accounts.account_id,
        scores.contact_id,
        scores.score,
        accounts.weight,
        row_number() over (
            partition by scores.model_id, accounts.account_id
            order by scores.score desc, scores.contact_id asc
        ) as place
    from {{ ref('contact_scores') }} as scores
    inner join {{ ref('int_contact_accounts') }} as accounts on scores.contact_id = accounts.contact_id

)

select
    model_id,
    account_id,
    max(case when place = 1 then contact_id end) as best_contact_id,
    count(*) as contacts,
    cast(sum(score) as {{ score_type() }}) as score_sum,
    cast(sum(score) as double) / count(*) as score_average,
    max(score) as score_maximum,
    cast(sum(score * weight) as double) / cast(nullif(sum(weight), 0) as double) as score_weighted
from members
group by model_id, account_id
