{{- config(materialized="view", tags=["constant"]) -}}

select
    rules.model_id,
    rules.rule_id,
    contacts.contact_id,
    ids.activity_id,
    ids.asset,
    rules.operation,
    ledger.points,
    ledger.occurred_at,
    ledger.starts_at as valid_from,
    ledger.ends_at as valid_to
from {{ ref('int_ledger') }} as ledger
inner join {{ ref('config_rules') }} as rules on ledger.rule_number = rules.rule_number
inner join {{ ref('int_contact_keys') }} as contacts on ledger.contact_key = contacts.contact_key
left join {{ ref('int_activity_ids') }} as ids on ledger.activity_key = ids.activity_key
where ledger.step = 0
