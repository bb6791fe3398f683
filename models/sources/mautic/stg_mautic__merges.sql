{{- config(enabled=is_source_read("stg_mautic__contacts")) -}}

-- Who was merged into whom, last.
with records as (

    {{ landed_rows('mautic', 'contact_merge_records') }}

),

placed as (

    select
        merged_id,
        contact_id as survivor_id,
        date_added as merged_at,
        coalesce(_fivetran_synced, date_added) as loaded_at,
        row_number() over (partition by merged_id order by date_added desc nulls last, id desc) as place
    from records
    where merged_id is not null and merged_id != contact_id and _fivetran_deleted is not true

)

select
    merged_id,
    survivor_id,
    merged_at,
    loaded_at
from placed
where place = 1
