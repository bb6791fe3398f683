-- depends_on: {{ ref('config_errors') }}

with raw_rows as (

    {{ staged_rows('events', places=true) }}
    {{- and_source_rows('events', places=true) }}

),

readable as (

    select *
    from raw_rows
    where
        {{ required_are_present('events') }}

)

select * from readable
