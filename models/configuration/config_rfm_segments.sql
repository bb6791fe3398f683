-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('rfm_segments'), 'rfm_segments') }}

),

typed as (

    select
        rfm_segment,
        {{ as_integer('priority') }} as priority,
        {%- for measure in ['recency', 'frequency', 'monetary'] %}
        coalesce({{ as_integer(measure ~ '_from') }}, 1) as {{ measure }}_from,
        coalesce({{ as_integer(measure ~ '_to') }}, 5) as {{ measure }}_to{{ ',' if not loop.last }}
        {%- endfor %}
    from seed

)

select * from typed
