{{- config(materialized="incremental", incremental_strategy="arrived_rows") -}}

-- depends_on: {{ ref('run_plan') }}, {{ ref('run_batches') }}

-- The values of raw rows that are missing or can't be read, a row each.
with problems as (

    {% for table, key in [
        ('contacts', raw_text('contacts', 'contact_id')),
        ('events', raw_text('events', 'event_id')),
        ('transactions', "coalesce(" ~ raw_text('transactions', 'transaction_id') ~ ", '') || ':' || coalesce("
            ~ raw_text('transactions', 'line_number') ~ ", '')"),
        ('score_adjustments', raw_text('score_adjustments', 'adjustment_id')),
    ] -%}
    {{ rejected_values(table, key) }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

)

select * from problems
