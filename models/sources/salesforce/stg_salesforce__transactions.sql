{{- config(enabled=is_source_read("stg_salesforce__transactions")) -}}

-- Opportunities that were won, a line for each of theirs, for the first contact of each. Without lines they are one line, numbered 0.
with opportunities as (

    {{ landed_rows('salesforce', 'opportunity') }}

),

lines as (

    {{ landed_rows('salesforce', 'opportunity_line_item') }}

),

roles as (

    {{ landed_rows('salesforce', 'opportunity_contact_role') }}

),

products as (

    {{ landed_rows('salesforce', 'product_2') }}

),

first_contacts as (

    select
        opportunity_id,
        contact_id,
        _fivetran_synced as loaded_at,
        row_number() over (partition by opportunity_id order by id) as place
    from roles
    where is_primary and is_deleted is not true

),

won as (

    select
        opportunities.id,
        coalesce(first_contacts.contact_id, opportunities.contact_id) as contact_id,
        opportunities.currency_iso_code,
        opportunities.amount,
        opportunities.close_date,
        greatest(opportunities._fivetran_synced, first_contacts.loaded_at) as loaded_at
    from opportunities
    left join first_contacts on opportunities.id = first_contacts.opportunity_id and first_contacts.place = 1
    where opportunities.is_won and opportunities.is_deleted is not true

),

-- Lines that were deleted keep their numbers, so that the others do.
numbered as (

    select
        lines.*,
        row_number() over (partition by opportunity_id order by created_date nulls last, id) as line_number
    from lines

),

transaction_lines as (

    select
        'salesforce:opportunity:' || won.id as transaction_id,
        coalesce(numbered.line_number, 0) as line_number,
        'salesforce:' || won.contact_id as contact_id,
        won.close_date as ordered_at,
        numbered.product_2_id as product_id,
        products.family as product_category,
        numbered.quantity,
        case when numbered.id is null then won.amount else numbered.total_price end as amount,
        won.currency_iso_code as currency,
        'completed' as status,
        greatest(won.loaded_at, numbered._fivetran_synced, products._fivetran_synced) as loaded_at
    from won
    left join numbered on won.id = numbered.opportunity_id and numbered.is_deleted is not true
    left join products on numbered.product_2_id = products.id
    where won.contact_id is not null

)

{{ as_raw_rows('transactions', 'transaction_lines', [
    'transaction_id', 'line_number', 'contact_id', 'ordered_at', 'product_id', 'product_category', 'quantity', 'amount', 'currency',
    'status', 'loaded_at'
]) }}
