{{- config(materialized="view", tags=["constant"]) -}}

select
    models.model_id,
    accounts.account_id,
    bands.band_id,
    count(*) as contacts
from {{ ref('int_scores') }} as scores
inner join {{ ref('int_contacts') }} as accounts on scores.contact_key = accounts.contact_key
inner join {{ ref('config_models') }} as models on scores.model_number = models.model_number
left join {{ ref('config_bands') }} as bands on scores.band_number = bands.band_number
where accounts.account_id is not null
group by models.model_id, accounts.account_id, bands.band_id
