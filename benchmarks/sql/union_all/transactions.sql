select
    transaction_id || ':' || line_number as activity_id,
    contact_id,
    product_category,
    amount,
    ordered_at as occurred_at
from source.raw.transactions
where status = 'completed' and ordered_at <= {as_of}
qualify row_number() over (partition by transaction_id, line_number order by loaded_at desc) = 1
