{{- config(materialized="incremental", incremental_strategy="run_contacts") -}}

{% set versions = ref('int_contact_versions') -%}
{% set models = model_definitions(ref('config_models'), ref('config_conditions')) | selectattr('clauses') | list -%}

-- Who is scored by which model, a row each.
with scored as (

    select
        scored.contact_key,
        scored.created_at
    from {{ ref('int_contacts') }} as scored
    inner join {{ ref('run_contacts') }} as contacts on scored.contact_key = contacts.contact_key
    where scored.survivor_key = scored.contact_key

),

-- Those whose current version doesn't meet a model's conditions.
left_out as (

    {% if models -%}
    select
        contacts.contact_key,
        {{ explode_present(audience_list(models, {'contact': 'contacts'})) }} as model_id
    from (
        select
            {{ field_values(fields_named(models, 'contact'), 'versions') -}}
            versions.contact_key
        from {{ versions }} as versions
        inner join scored on versions.contact_key = scored.contact_key
        where versions.is_current
    ) as contacts
    {%- else -%}
    select
        contact_key,
        cast(null as {{ dbt.type_string() }}) as model_id
    from scored
    where false
    {%- endif %}

)

select
    models.model_number,
    scored.contact_key,
    scored.created_at
from scored
cross join {{ ref('config_models') }} as models
left join left_out
    on
        scored.contact_key = left_out.contact_key
        and models.model_id = left_out.model_id
where left_out.contact_key is null
