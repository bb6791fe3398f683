{{- config(materialized="incremental", incremental_strategy="run_contacts") -}}

-- Each contact from version to version, up to as_of.
with happened as (

    select
        contacts.contact_key,
        staged.* {{ except_columns(['updated_at']) }},
        coalesce(staged.updated_at, staged.created_at) as updated_at
    from {{ ref('stg_contacts') }} as staged
    inner join {{ ref('run_contacts') }} as contacts on staged.contact_id = contacts.contact_id
    where coalesce(staged.updated_at, staged.created_at) <= {{ as_of() }}

),

-- A version that was loaded twice counts as it was loaded last.
versions as (

    {{ one_row_per_key('happened', 'contacts', ['contact_key', 'updated_at'], wins='last') }}

),

placed as (

    select
        versions.*,
        row_number() over (partition by contact_key order by updated_at) as version_number,
        lead(updated_at) over (partition by contact_key order by updated_at) as valid_to,
        min(created_at) over (partition by contact_key) as contact_created_at
    from versions

)

select
    placed.*,
    placed.valid_to is null as is_current,
    -- The first version reaches back: what happened before it is judged by it.
    case when placed.version_number = 1 then {{ beginning_of_time() }} else placed.updated_at end as valid_from
from placed
where placed.contact_created_at <= {{ as_of() }}
