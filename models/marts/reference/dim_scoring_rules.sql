select
    rule_id,
    model_id,
    title,
    description,
    category,
    operation,
    rule_trigger,
    recurrence,
    points,
    valid_from,
    valid_to
from {{ ref('config_rules') }}
