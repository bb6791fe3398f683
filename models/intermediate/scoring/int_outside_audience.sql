{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{% set models = model_definitions(ref('config_models'), ref('config_conditions')) | selectattr('clauses') | list -%}

-- The contacts that a model leaves out: their current version doesn't meet the model's conditions.
with contacts as (

    select versions.*
    from {{ touched_rows(ref('int_contact_versions')) }} as versions
    inner join {{ ref('int_contacts') }} as contacts on versions.contact_id = contacts.contact_id
    where versions.is_current

),

left_out as (

    select
        contact_id,
        {% if models -%}
        {{ explode_present(audience_list(models, {'contact': 'contacts'})) }} as model_id
        {%- else -%}
        cast(null as {{ dbt.type_string() }}) as model_id
        {%- endif %}
    from contacts
    {%- if not models %}
    where false
    {%- endif %}

)

select
    model_id,
    contact_id
from left_out
