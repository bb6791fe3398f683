-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('exchange_rates'), 'exchange_rates') }}

),

typed as (

    select
        lower(currency) as currency,
        {{ as_number('rate') }} as rate,
        coalesce({{ as_utc_timestamp('valid_from') }}, {{ beginning_of_time() }}) as valid_from
    from seed

)

select
    currency,
    rate,
    valid_from,
    lead(valid_from) over (partition by currency order by valid_from) as valid_to
from typed
