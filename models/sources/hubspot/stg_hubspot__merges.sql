{{- config(enabled=is_source_read("stg_hubspot__contacts")) -}}

-- Who was merged into whom, as the audit says or the survivor.
with contacts as (

    {{ landed_rows('hubspot', 'contact') }}

),

merge_audit as (

    {{ landed_rows('hubspot', 'contact_merge_audit') }}

),

told as (

    select
        merge_audit.vid_to_merge as merged_id,
        merge_audit.canonical_vid as survivor_id,
        merge_audit.timestamp as merged_at,
        merge_audit._fivetran_synced as loaded_at
    from merge_audit

    union all

    select
        {{ explode_split('property_hs_merged_object_ids', ';') }} as merged_id,
        id as survivor_id,
        null as merged_at,
        _fivetran_synced as loaded_at
    from contacts
    where property_hs_merged_object_ids is not null

    union all

    select
        {{ explode_split('property_hs_calculated_merged_vids', ';') }} as merged_id,
        id as survivor_id,
        null as merged_at,
        _fivetran_synced as loaded_at
    from contacts
    where property_hs_calculated_merged_vids is not null

),

-- A time may follow after a colon.
named as (

    select
        trim(split_part(merged_id, ':', 1)) as merged_id,
        survivor_id,
        merged_at,
        loaded_at
    from told

)

{{ latest_merges('named') }}
