-- depends_on: {{ ref('config_errors') }}

with raw_rows as (

    {{ staged_rows('transactions', places=true) }}
    {{- and_source_rows('transactions', places=true) }}

),

readable as (

    select *
    from raw_rows
    where
        {{ required_are_present('transactions') }}

)

select * from readable
