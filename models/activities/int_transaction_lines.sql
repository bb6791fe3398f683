{{- config(materialized="incremental", incremental_strategy="arrived_lines") -}}
{%- if source_models('transactions') -%}
-- depends_on: {{ ref('run_source_rows') }}

{% endif -%}

{% set staged, arrived = ref('stg_transactions'), ref('run_new_lines') -%}
{% set conditions = ref('config_conditions') -%}
{% set definitions = rule_definitions(ref('config_rules'), conditions) + conversion_definitions(ref('config_conversions'), conditions) -%}
{% set currency = currency_var() -%}

-- depends_on: {{ ref('config_exchange_rates') }}

-- The last loaded of a line counts: a refund replaces the sale.
with lasts as (

    {{ one_row_per_key(
        arrived if is_incremental() else staged, 'transactions', ['transaction_id', 'line_number'], wins='last'
    ) }}

),

{% if currency -%}
-- What another currency was worth at the time, in that of var `currency`.
converted as (

    select
        lasts.* {{ except_columns(['amount']) }},
        lasts.amount as original_amount,
        case
            when coalesce(lower(lasts.currency), {{ literal(currency) }}) = {{ literal(currency) }} then lasts.amount
            else {{ converted_amount('lasts.amount', 'rates.rate') }}
        end as amount
    from lasts
    {{ join_as_of(ref('config_exchange_rates'), 'rates', 'lower(lasts.currency) = rates.currency', 'lasts.ordered_at') }}

),
{%- else -%}
converted as (

    select
        *,
        amount as original_amount
    from lasts

),
{%- endif %}

counted as (

    select
        *,
        -- Days from invoice to payment; a double tells a microsecond short of a day from a day, ten decimals don't.
        {{ microseconds_between('invoiced_at', 'paid_at') }} / cast(86400000000 as double) as payment_days
    from converted

)

select
    -- Below 0: no event has such a key.
    -({{ new_key('-activity_key', 'counted.raw_place' if raw_place('transactions')) }}) as activity_key,
    counted.transaction_id,
    counted.line_number,
    contacts.contact_key,
    counted.currency,
    coalesce(counted.amount, counted.original_amount) as amount,
    -- It stays, so that its key goes to no other line.
    coalesce(counted.status, 'completed') in ('cancelled', 'refunded') as is_cancelled,
    counted.amount is null as is_unconverted,
    {{ asset('transaction', 'counted', definitions) }} as asset,
    {{ field_values(fields_named(definitions, 'transaction'), 'counted') -}}
    counted.ordered_at as occurred_at,
    counted.loaded_at
from counted
inner join {{ ref('int_contact_keys') }} as contacts on counted.contact_id = contacts.contact_id
