{{- config(enabled=is_source_read("stg_marketo__contacts")) -}}

-- Who was merged into whom, as the connector's list says or the activity.
with listed as (

    {{ landed_rows('marketo', 'merged_lead') }}

),

merge_activities as (

    {{ landed_rows('marketo', 'activity_merge_leads') }}

),

told as (

    select
        merged_lead as merged_id,
        into_lead as survivor_id,
        null as merged_at,
        _fivetran_synced as loaded_at
    from listed

    union all

    -- A JSON array of numbers.
    select
        {{ explode_split("translate(merge_ids, '[]\"', '')", ',') }} as merged_id,
        lead_id as survivor_id,
        activity_date as merged_at,
        _fivetran_synced as loaded_at
    from merge_activities
    where merge_ids is not null

),

named as (

    select
        trim(merged_id) as merged_id,
        survivor_id,
        merged_at,
        loaded_at
    from told

)

{{ latest_merges('named') }}
