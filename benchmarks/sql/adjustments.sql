-- Edits by hand: one for every thousand contacts.
select
    'adjustment-' || range as adjustment_id,
    ['engagement', 'sales', 'value'][range % 3 + 1] as model_id,
    'contact-' || pick(range, 31, $contacts) as contact_id,
    ['add', 'subtract'][range % 2 + 1] as operation,
    1 + range % 20 as points,
    'As discussed' as note,
    'bench' as author,
    $starts + to_seconds(pick(range, 32, 700 * 86400)) as adjusted_at,
    $until as loaded_at
from range($contacts // 1000)
