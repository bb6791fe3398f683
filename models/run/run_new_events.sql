-- depends_on: {{ ref('run_plan') }}

-- The events that have come since the last run, and older rows with the same ids.
{{ new_rows('events', ref('stg_events'), ['event_id']) }}
