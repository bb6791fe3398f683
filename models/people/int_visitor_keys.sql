{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

{% set arrivals = ref('run_arrivals') -%}

-- Every visitor that an event has named, and the number that it goes by. A number stays until everything is made anew.
with named as (

    {% if is_incremental() -%}
    select anonymous_id
    from {{ arrivals }}
    {%- else -%}
    select anonymous_id
    from {{ ref('stg_events') }}
    {%- endif %}

),

new_ones as (

    select distinct named.anonymous_id
    from named
    {%- if is_incremental() %}
    left join {{ this }} as known on named.anonymous_id = known.anonymous_id
    where named.anonymous_id is not null and known.anonymous_id is null
    {%- else %}
    where named.anonymous_id is not null
    {%- endif %}

)

select
    {{ new_key('visitor_key') }} as visitor_key,
    anonymous_id
from new_ones
