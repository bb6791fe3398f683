{{- config(materialized="view") -}}

-- Who is scored by which model, a row each.
select
    models.model_id,
    contacts.contact_id,
    contacts.created_at
from {{ ref('int_contacts') }} as contacts
cross join {{ ref('config_models') }} as models
left join {{ ref('int_outside_audience') }} as outside
    on
        models.model_id = outside.model_id
        and contacts.contact_id = outside.contact_id
where outside.contact_id is null
