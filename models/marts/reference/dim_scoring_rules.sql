select
    rule_id,
    model_id,
    title,
    description,
    category,
    operation,
    rule_trigger,
    recurrence,
    per_field,
    points,
    per_step,
    valid_from,
    valid_to
from {{ ref('config_rules') }}
