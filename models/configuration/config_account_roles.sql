-- depends_on: {{ ref('config_errors') }}

with seed as (

    {{ seed_rows(ref('account_roles'), 'account_roles') }}

),

typed as (

    select
        role,
        job_title_contains,
        {{ as_number('weight') }} as weight
    from seed

)

select * from typed
