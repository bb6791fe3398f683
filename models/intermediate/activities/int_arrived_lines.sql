{{- config(materialized="incremental", incremental_strategy="arrived_lines") -}}

{{- replaces_rows_by(['int_arrivals']) }}

{% set staged_lines, new_lines = ref('stg_transactions'), ref('int_new_lines') -%}
{% set rules = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}

-- The last loaded of a line counts: a refund replaces the sale.
with lasts as (

    {{ one_row_per_key(
        staged_lines if is_full_run() else new_lines,
        'transactions', ['transaction_id', 'line_number'], wins='last'
    ) }}

),

counted as (

    select
        *,
        -- Days from invoice to payment; a double tells a microsecond short of a day from a day, ten decimals don't.
        {{ microseconds_between('invoiced_at', 'paid_at') }} / cast(86400000000 as double) as payment_days
    from lasts
    where coalesce(status, 'completed') not in ('cancelled', 'refunded')

)

select
    counted.transaction_id || ':' || counted.line_number as activity_id,
    counted.transaction_id,
    counted.contact_id,
    counted.line_number,
    counted.amount,
    {{ field_values(fields_named(rules, 'transaction'), 'counted') -}}
    counted.ordered_at as occurred_at
from counted
