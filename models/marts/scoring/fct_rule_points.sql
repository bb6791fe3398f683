{{- config(materialized="view", tags=["constant"]) -}}

select
    rules.model_id,
    rules.rule_id,
    contacts.contact_id,
    ids.activity_id,
    rules.operation,
    points.points,
    points.occurred_at,
    points.valid_from,
    points.valid_to
from {{ ref('int_rule_points') }} as points
inner join {{ ref('config_rules') }} as rules on points.rule_number = rules.rule_number
inner join {{ ref('int_contact_keys') }} as contacts on points.contact_key = contacts.contact_key
left join {{ ref('int_activity_ids') }} as ids on points.activity_key = ids.activity_key
