{{- config(materialized="table") -}}

-- depends_on: {{ ref('run_batches') }}, {{ ref('seed_cells') }}, {{ ref('stg_contacts') }}
{%- if is_source_read() %}
-- depends_on: {{ ref('run_source_rows') }}
{%- endif %}

-- What this run is going to do. A run counts as finished when run_state has its number.
{%- set plan = planned_run(ref('run_batches'), ref('stg_contacts')) %}

select
    cast({{ plan.run_number }} as bigint) as run_number,
    -- A database that was restored counts the same numbers again.
    cast({{ literal(invocation_id) }} as {{ dbt.type_string() }}) as run_id,
    cast({{ literal(plan.previous_run_id) }} as {{ dbt.type_string() }}) as previous_run_id,
    cast({{ literal(plan.fingerprint) }} as {{ dbt.type_string() }}) as fingerprint,
    cast({{ literal(plan.reason) }} as {{ dbt.type_string() }}) as reason,
    cast({{ 'null' if plan.contacts is none else plan.contacts }} as bigint) as contacts,
    {{ 'true' if plan.is_full else 'false' }} as is_full,
    {{ as_of() }} as as_of,
    {{ instant_literal(plan.previous_as_of) }} as previous_as_of,
    {{ add_duration(as_of(), 0, whole_number_var('forecast_days', 30) ~ ' * 86400000000') }} as forecast_until
