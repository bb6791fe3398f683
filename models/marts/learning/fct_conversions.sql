{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

select
    config.conversion_id,
    contacts.contact_id,
    conversions.activity_id,
    conversions.converted_at,
    {{ as_of() }} as as_of
from {{ ref('int_conversions') }} as conversions
inner join {{ ref('config_conversions') }} as config on conversions.conversion_number = config.conversion_number
inner join {{ ref('int_contact_keys') }} as contacts on conversions.contact_key = contacts.contact_key
where true {{- learned_anew() }}
