-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('account_roles'), 'account_roles') }}

),

typed as (

    select
        role,
        job_title_contains,
        cast({{ as_number('weight') }} as decimal(10, 4)) as weight
    from seed

)

select * from typed
