{{- config(materialized="incremental", incremental_strategy="arrived_lines") -}}

{% set staged, arrived = ref('stg_transactions'), ref('run_new_lines') -%}
{% set conditions = ref('config_conditions') -%}
{% set definitions = rule_definitions(ref('config_rules'), conditions) + conversion_definitions(ref('config_conversions'), conditions) -%}

-- The last loaded of a line counts: a refund replaces the sale.
with lasts as (

    {{ one_row_per_key(
        arrived if is_incremental() else staged, 'transactions', ['transaction_id', 'line_number'], wins='last'
    ) }}

),

counted as (

    select
        *,
        -- Days from invoice to payment; a double tells a microsecond short of a day from a day, ten decimals don't.
        {{ microseconds_between('invoiced_at', 'paid_at') }} / cast(86400000000 as double) as payment_days
    from lasts

)

select
    -- Below 0: no event has such a key.
    -({{ new_key('-activity_key', 'counted.raw_place' if raw_place('transactions')) }}) as activity_key,
    counted.transaction_id,
    counted.line_number,
    contacts.contact_key,
    counted.amount,
    -- It stays, so that its key goes to no other line.
    coalesce(counted.status, 'completed') in ('cancelled', 'refunded') as is_cancelled,
    {{ field_values(fields_named(definitions, 'transaction'), 'counted') -}}
    counted.ordered_at as occurred_at
from counted
inner join {{ ref('int_contact_keys') }} as contacts on counted.contact_id = contacts.contact_id
