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
    left join {{ ref('int_merges') }} as merges
        on
            current_versions.contact_id = merges.contact_id
            and not merges.is_loop
    where
        merges.contact_id is null
        and (current_versions.deleted_at is null or current_versions.deleted_at > {{ as_of() }})

)

select * from scored
