{{- config(materialized="view", tags=["constant"]) -}}

select
    rules.model_id,
    contacts.contact_id,
    case when reasons.points > 0 then 'for' else 'against' end as sign,
    rules.rule_id,
    rules.title,
    reasons.place as rank,
    reasons.points
from {{ ref('int_reasons') }} as reasons
inner join {{ ref('config_rules') }} as rules on reasons.rule_number = rules.rule_number
inner join {{ ref('int_contact_keys') }} as contacts on reasons.contact_key = contacts.contact_key
