-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('rfm_segments'), 'rfm_segments') }}

),

typed as (

    select
        rfm_segment,
        {{ as_integer('priority') }} as priority,
        coalesce({{ as_integer('recency_from') }}, 1) as recency_from,
        coalesce({{ as_integer('recency_to') }}, 5) as recency_to,
        coalesce({{ as_integer('frequency_from') }}, 1) as frequency_from,
        coalesce({{ as_integer('frequency_to') }}, 5) as frequency_to,
        coalesce({{ as_integer('monetary_from') }}, 1) as monetary_from,
        coalesce({{ as_integer('monetary_to') }}, 5) as monetary_to
    from seed

)

select * from typed
