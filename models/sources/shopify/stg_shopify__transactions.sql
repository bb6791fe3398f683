{{- config(enabled=is_source_read("stg_shopify__transactions")) -}}

-- Lines of orders, and what was paid back of them: a line that is refunded as a whole counts for nothing, a part of one is a line below 0.
with sold as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

line_refunds as (

    {{ landed_rows('shopify', 'order_line_refund') }}

),

refunds as (

    {{ landed_rows('shopify', 'refund') }}

),

transaction_lines as (

    select
        'shopify:order:' || order_id as transaction_id,
        try_cast(line_id as bigint) as line_number,
        'shopify:' || customer_id as contact_id,
        processed_at as ordered_at,
        product_id,
        product_type as product_category,
        quantity,
        amount,
        currency,
        status,
        loaded_at
    from sold

    union all

    -- Numbered below 0, so that they are told from lines.
    select
        'shopify:order:' || sold.order_id as transaction_id,
        -try_cast(line_refunds.id as bigint) as line_number,
        'shopify:' || sold.customer_id as contact_id,
        coalesce(refunds.processed_at, sold.processed_at) as ordered_at,
        sold.product_id,
        sold.product_type as product_category,
        -line_refunds.quantity as quantity,
        -line_refunds.subtotal as amount,
        sold.currency,
        sold.status,
        greatest(sold.loaded_at, line_refunds._fivetran_synced, refunds._fivetran_synced) as loaded_at
    from line_refunds
    inner join sold on line_refunds.order_line_id = sold.line_id
    left join refunds on line_refunds.refund_id = refunds.id

)

{{ as_raw_rows('transactions', 'transaction_lines', [
    'transaction_id', 'line_number', 'contact_id', 'ordered_at', 'product_id', 'product_category', 'quantity', 'amount', 'currency',
    'status', 'loaded_at'
]) }}
