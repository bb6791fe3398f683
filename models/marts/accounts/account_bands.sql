select
    scores.model_id,
    accounts.account_id,
    scores.band_id,
    count(*) as contacts
from {{ ref('contact_scores') }} as scores
inner join {{ ref('int_contact_accounts') }} as accounts on scores.contact_id = accounts.contact_id
group by scores.model_id, accounts.account_id, scores.band_id
