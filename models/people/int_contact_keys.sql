{{- config(materialized="incremental", schema="store", incremental_strategy="added_rows") -}}

{% set arrivals = ref('run_arrivals') -%}

-- Every contact that a raw row has named, arrived or not, and the number that it goes by. A number stays until everything is
-- made anew.
with named as (

    {% if is_incremental() -%}
    select contact_id
    from {{ arrivals }}
    {%- else -%}
    select contact_id from {{ ref('stg_contacts') }}

    union all

    select contact_id from {{ ref('stg_events') }}

    union all

    select contact_id from {{ ref('stg_transactions') }}

    union all

    select contact_id from {{ ref('stg_score_adjustments') }}
    {%- endif %}

),

new_ones as (

    select distinct named.contact_id
    from named
    {%- if is_incremental() %}
    left join {{ this }} as known on named.contact_id = known.contact_id
    where named.contact_id is not null and known.contact_id is null
    {%- else %}
    where named.contact_id is not null
    {%- endif %}

)

select
    {{ new_key('contact_key') }} as contact_key,
    contact_id
from new_ones
