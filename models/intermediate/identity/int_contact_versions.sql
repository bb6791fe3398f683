{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{% set rules = rule_definitions(ref('config_rules'), ref('config_conditions')) -%}
{% set models = model_definitions(ref('config_models'), ref('config_conditions')) -%}

with staged as (

    select *
    from {{ touched_rows(ref('stg_contacts')) }}

),

-- A version that was loaded twice counts as it was loaded last.
happened as (

    select
        staged.* {{ except_columns(['updated_at']) }},
        coalesce(updated_at, created_at) as updated_at
    from staged
    where coalesce(updated_at, created_at) <= {{ as_of() }}

),

versions as (

    {{ one_row_per_key('happened', 'contacts', ['contact_id', 'updated_at'], wins='last') }}

),

placed as (

    select
        versions.*,
        row_number() over (partition by contact_id order by updated_at) as version_number,
        lead(updated_at) over (partition by contact_id order by updated_at) as next_updated_at,
        min(created_at) over (partition by contact_id) as contact_created_at
    from versions

)

select
    placed.contact_id,
    placed.merged_into,
    placed.account_id,
    placed.job_title,
    placed.version_number,
    placed.next_updated_at is null as is_current,
    placed.deleted_at,
    placed.loaded_at,
    placed.contact_created_at as created_at,
    -- The first version reaches back: what happened before it is judged by it.
    case when placed.version_number = 1 then {{ beginning_of_time() }} else placed.updated_at end as valid_from,
    {{ field_values(fields_named(rules + models, 'contact'), 'placed') -}}
    placed.next_updated_at as valid_to
from placed
where placed.contact_created_at <= {{ as_of() }}
