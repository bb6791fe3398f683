{{- config(enabled=is_source_read("stg_shopify__transactions")) -}}

-- Lines of customers' orders, with what became of them. Tests are no orders, and what no customer ordered (at a till, say) is nobody's.
with orders as (

    {{ landed_rows('shopify', 'order') }}

),

lines as (

    {{ landed_rows('shopify', 'order_line') }}

),

allocations as (

    {{ landed_rows('shopify', 'discount_allocation') }}

),

line_refunds as (

    {{ landed_rows('shopify', 'order_line_refund') }}

),

products as (

    {{ landed_rows('shopify', 'product') }}

),

discounts as (

    select
        order_line_id,
        sum(amount) as amount,
        max(_fivetran_synced) as loaded_at
    from allocations
    group by order_line_id

),

refunded as (

    select
        order_line_id,
        sum(quantity) as quantity,
        max(_fivetran_synced) as loaded_at
    from line_refunds
    group by order_line_id

),

sold as (

    select
        orders.id as order_id,
        orders.customer_id,
        orders.currency,
        orders.processed_at,
        lines.id as line_id,
        lines.product_id,
        products.product_type,
        lines.quantity,
        coalesce(lines.original_total_set_shop_amount, {{ converted_amount('lines.price', 'lines.quantity') }})
        - coalesce(discounts.amount, lines.total_discount, 0) as amount,
        case
            when orders.cancelled_at is not null or lower(orders.financial_status) = 'voided' then 'cancelled'
            when lower(orders.financial_status) = 'refunded' or refunded.quantity >= lines.quantity then 'refunded'
            else 'completed'
        end as status,
        greatest(
            orders._fivetran_synced, lines._fivetran_synced, discounts.loaded_at, refunded.loaded_at, products._fivetran_synced
        ) as loaded_at
    from lines
    inner join orders on lines.order_id = orders.id
    left join discounts on lines.id = discounts.order_line_id
    left join refunded on lines.id = refunded.order_line_id
    left join products on lines.product_id = products.id
    where orders.customer_id is not null and orders.test is not true and orders._fivetran_deleted is not true

)

select * from sold
