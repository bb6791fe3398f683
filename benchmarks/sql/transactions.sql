-- A row a line: one for every fifty events, up to three a transaction; 3 % refunded. Customers are the same for all lines.
with lines as (

    select
        range as line,
        range // 3 as purchase
    from range($events // 50)

),

bought as (

    select
        line,
        purchase,
        floor($contacts * power(pick(purchase, 21, 1000003) / 1000003, 2))::bigint as person,
        pick(line, 22, 100) as kind,
        $starts + to_microseconds((span / greatest(1, $events // 50) * purchase * 3)::bigint) as ordered_at
    from lines
    cross join (select epoch_us($until) - epoch_us($starts) as span)

)

select
    'transaction-' || purchase as transaction_id,
    line % 3 + 1 as line_number,
    'contact-' || person as contact_id,
    'product-' || pick(line, 23, 500) as product_id,
    case
        when kind < 40 then 'shoes'
        when kind < 55 then 'polish'
        when kind < 70 then 'laces'
        when kind < 80 then 'insoles'
        else 'bags'
    end as product_category,
    1 as quantity,
    round(4 + 2 * power(pick(line, 24, 1000) / 60, 2), 2)::decimal(18, 2) as amount,
    'EUR' as currency,
    case when pick(line, 25, 100) < 3 then 'refunded' else 'completed' end as status,
    ordered_at,
    ordered_at as invoiced_at,
    ordered_at + to_days(pick(line, 26, 30)::int) as paid_at,
    date_trunc('hour', ordered_at) + interval '1 hour' as loaded_at
from bought
