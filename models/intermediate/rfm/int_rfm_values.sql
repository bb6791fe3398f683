-- Recency, frequency and monetary value of each scored contact with an order in var rfm_window.
{% set window = duration_parts(var('rfm_window', none), 'rfm_window') %}

with orders as (

    select
        aliases.contact_id,
        lines.transaction_id,
        lines.amount,
        lines.occurred_at
    from {{ ref('int_transaction_lines') }} as lines
    inner join {{ ref('int_contact_aliases') }} as aliases on lines.contact_id = aliases.alias_id
    where
        aliases.contact_id is not null
        {%- if window %}
        and {{ as_of() }} < {{ add_duration('lines.occurred_at', window.months, window.microseconds) }}
        {%- endif %}

),

features as (

    select
        contact_id,
        count(distinct transaction_id) as frequency,
        cast(sum(amount) as {{ number_type() }}) as monetary,
        min(occurred_at) as first_ordered_at,
        max(occurred_at) as last_ordered_at,
        -- Whole 24 hours.
        cast(floor({{ microseconds_between('max(occurred_at)', as_of()) }} / 86400000000) as bigint) as recency_days
    from orders
    group by contact_id

)

select * from features
