{{- config(schema="store") -}}

{% set unconverted_columns = ['transaction_id', 'line_number', 'contact_id', 'ordered_at', 'amount', 'currency'] -%}

-- What mart rejected_rows tells, with the whole rows: it isn't published, because these are about people.
with unreadable as (

    select
        source_table,
        row_key,
        reason,
        row_json,
        published_json,
        loaded_at
    from {{ ref('int_rejected_values') }}

),

-- Edits that can be read, but that name an operation or a model that there is not.
adjustments as (

    {{ staged_rows('score_adjustments') }}

),

models as (

    {{ seed_rows(ref('scoring_models'), 'scoring_models') }}

),

unknown as (

    select
        'score_adjustments' as source_table,
        adjustments.adjustment_id as row_key,
        {{ explode_present("
            case
                when adjustments.operation not in ('add', 'subtract', 'set')
                    then 'operation is unknown: ''' || left(adjustments.operation, 100) || '''; the row is left out'
            end,
            case
                when adjustments.model_id is not null and models.model_id is null
                    then 'model_id is unknown: ''' || left(adjustments.model_id, 100) || '''; the row is left out'
            end
        ") }} as reason,
        {{ row_json(
            ['adjustment_id', 'model_id', 'contact_id', 'operation', 'points', 'note', 'author', 'adjusted_at'], 'adjustments'
        ) }} as row_json,
        {{ row_json(
            ['adjustment_id', 'model_id', 'contact_id', 'operation', 'points', 'adjusted_at'], 'adjustments'
        ) }} as published_json,
        adjustments.loaded_at
    from adjustments
    left join models on adjustments.model_id = models.model_id

),

-- Lines that would count, but for want of a rate.
unconverted as (

    select
        lines.transaction_id,
        lines.line_number,
        contacts.contact_id,
        lines.amount,
        lines.currency,
        lines.occurred_at as ordered_at,
        lines.loaded_at
    from {{ ref('int_transaction_lines') }} as lines
    inner join {{ ref('int_contact_keys') }} as contacts on lines.contact_key = contacts.contact_key
    where lines.is_unconverted and not lines.is_cancelled and lines.occurred_at <= {{ as_of() }}

),

loops as (

    select
        'contacts' as source_table,
        versions.contact_id as row_key,
        'merged_into leads back to the contact itself: ''' || left(versions.merged_into, 100) || '''; nobody is merged' as reason,
        {{ row_json(['contact_id', 'merged_into', 'created_at'], 'versions') }} as row_json,
        {{ row_json(['contact_id', 'merged_into', 'created_at'], 'versions') }} as published_json,
        versions.loaded_at
    from {{ ref('int_merges') }} as merged
    inner join {{ ref('int_contact_versions') }} as versions on merged.contact_key = versions.contact_key
    where merged.is_loop and versions.is_current

)

select * from unreadable

union all

select * from unknown

union all

select * from loops

union all

select
    'transactions' as source_table,
    transaction_id || ':' || line_number as row_key,
    'amount can''t be converted from ''' || left(upper(currency), 100) || ''': exchange_rates has no rate at that time,'
    || ' or over 18 digits come out; the row is left out' as reason,
    {{ row_json(unconverted_columns, 'unconverted') }} as row_json,
    {{ row_json(unconverted_columns, 'unconverted') }} as published_json,
    loaded_at
from unconverted
{%- if merges_by_address() %}
union all
{{ addresses_of_too_many(ref('int_contact_versions')) }}
{%- endif %}
{%- if is_source_read() %}
union all
select * from {{ ref('source_problems') }}
{%- endif %}
