-- Accounts by number, because text is slow to group.
with accounts as (

    select
        row_number() over (order by account_id) as account_number,
        account_id
    from (
        select distinct account_id
        from {{ ref('int_contacts') }}
        where account_id is not null
    ) as named

),

members as (

    select
        scores.model_number,
        accounts.account_number,
        scores.contact_key,
        scores.score,
        people.account_weight as weight
    from {{ ref('int_contacts') }} as people
    inner join accounts on people.account_id = accounts.account_id
    inner join {{ ref('int_scores') }} as scores on people.contact_key = scores.contact_key

),

totals as (

    select
        model_number,
        account_number,
        count(*) as contacts,
        sum(score) as score_sum,
        max(score) as score_maximum,
        sum(score * weight) as weighted_sum,
        sum(weight) as weights
    from members
    group by model_number, account_number

),

-- Of the contacts with the highest score the lowest id.
best as (

    select
        totals.model_number,
        totals.account_number,
        min(contacts.contact_id) as contact_id
    from totals
    inner join members
        on
            totals.model_number = members.model_number
            and totals.account_number = members.account_number
            and totals.score_maximum = members.score
    inner join {{ ref('int_contact_keys') }} as contacts on members.contact_key = contacts.contact_key
    group by totals.model_number, totals.account_number

)

select
    models.model_id,
    accounts.account_id,
    best.contact_id as best_contact_id,
    totals.contacts,
    cast(totals.score_sum as {{ score_type() }}) as score_sum,
    cast(totals.score_sum as double) / totals.contacts as score_average,
    totals.score_maximum,
    cast(totals.weighted_sum as double) / cast(nullif(totals.weights, 0) as double) as score_weighted
from totals
inner join best
    on
        totals.model_number = best.model_number
        and totals.account_number = best.account_number
inner join accounts on totals.account_number = accounts.account_number
inner join {{ ref('config_models') }} as models on totals.model_number = models.model_number
