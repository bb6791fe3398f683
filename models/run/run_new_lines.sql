-- depends_on: {{ ref('run_plan') }}

-- The transaction lines that have come since the last run, and older rows of the same lines.
{{ new_rows('transactions', ref('stg_transactions'), ['transaction_id', 'line_number']) }}
