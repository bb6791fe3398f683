{{- config(materialized="view", tags=["constant"]) -}}

select
    coalesce(rules.entry_prefix, case when ledger.adjustment_id is null then models.entry_prefix else 'manual:' end)
    || coalesce(
        ledger.adjustment_id,
        ids.activity_id,
        case
            when ledger.rule_number is null then contacts.contact_id
            else contacts.contact_id || ':' || {{ microseconds_between("timestamp '1970-01-01 00:00:00'", 'ledger.starts_at') }}
        end
    )
    || case when ledger.rule_number is null then '' else ':' || ledger.step end as entry_id,
    models.model_id,
    contacts.contact_id,
    coalesce(rules.rule_trigger, case when ledger.adjustment_id is null then 'start' else 'manual' end) as entry_type,
    rules.rule_id,
    ids.activity_id,
    ids.asset,
    case when rules.operation != 'set' then rules.category end as category,
    coalesce(rules.operation, adjustments.operation, 'add') as operation,
    adjustments.note,
    adjustments.author,
    ledger.points,
    ledger.valid_from,
    ledger.valid_to
from {{ ref('int_ledger') }} as ledger
inner join {{ ref('config_models') }} as models on ledger.model_number = models.model_number
inner join {{ ref('int_contact_keys') }} as contacts on ledger.contact_key = contacts.contact_key
left join {{ ref('config_rules') }} as rules on ledger.rule_number = rules.rule_number
left join {{ ref('int_activity_ids') }} as ids on ledger.activity_key = ids.activity_key
left join {{ ref('int_adjustments') }} as adjustments on ledger.adjustment_id = adjustments.adjustment_id
where ledger.valid_from is distinct from ledger.valid_to
