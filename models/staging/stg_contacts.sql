-- depends_on: {{ ref('config_errors') }}

with raw_rows as (

    {{ staged_rows('contacts') }}
    {{- and_source_rows('contacts') }}

),

readable as (

    select *
    from raw_rows
    where
        {{ required_are_present('contacts') }}

)

select * from readable
