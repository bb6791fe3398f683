{{- config(materialized="view") -}}

-- The contacts that are scored: arrived, not merged into another, not deleted.
with current_versions as (

    select *
    from {{ ref('int_contact_versions') }}
    where is_current

),

scored as (

    select
        current_versions.contact_id,
        current_versions.created_at
    from current_versions
    left join {{ ref('int_merges') }} as merged
        on
            current_versions.contact_id = merged.contact_id
            and not merged.is_loop
    where
        merged.contact_id is null
        and (current_versions.deleted_at is null or current_versions.deleted_at > {{ as_of() }})

)

select * from scored
