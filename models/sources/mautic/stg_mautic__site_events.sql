{{- config(enabled=is_source_read("stg_mautic__site_events")) -}}

-- Pages that were looked at, forms that were sent in, files that were downloaded.
with hits as (

    {{ landed_rows('mautic', 'page_hits') }}

),

submissions as (

    {{ landed_rows('mautic', 'form_submissions') }}

),

forms as (

    {{ landed_rows('mautic', 'forms') }}

),

downloads as (

    {{ landed_rows('mautic', 'asset_downloads') }}

),

assets as (

    {{ landed_rows('mautic', 'assets') }}

),

happened as (

    -- A link that was followed is no page of one's own. What wasn't there, nobody saw.
    select
        'mautic:page_hits:' || id as event_id,
        'page_view' as event_type,
        date_hit as occurred_at,
        lead_id,
        url as page_url,
        email_id,
        null as form_id,
        null as content_id,
        url_title as title,
        referer,
        _fivetran_synced as synced_at
    from hits
    where redirect_id is null and coalesce(code, 200) < 400 and _fivetran_deleted is not true

    union all

    select
        'mautic:form_submissions:' || submissions.id as event_id,
        'form_submit' as event_type,
        submissions.date_submitted as occurred_at,
        submissions.lead_id,
        submissions.referer as page_url,
        null as email_id,
        submissions.form_id,
        null as content_id,
        forms.name as title,
        null as referer,
        submissions._fivetran_synced as synced_at
    from submissions
    left join forms on submissions.form_id = forms.id
    where submissions._fivetran_deleted is not true

    union all

    select
        'mautic:asset_downloads:' || downloads.id as event_id,
        'download' as event_type,
        downloads.date_download as occurred_at,
        downloads.lead_id,
        downloads.referer as page_url,
        downloads.email_id,
        null as form_id,
        downloads.asset_id as content_id,
        assets.title,
        null as referer,
        downloads._fivetran_synced as synced_at
    from downloads
    left join assets on downloads.asset_id = assets.id
    where coalesce(downloads.code, 200) < 400 and downloads._fivetran_deleted is not true

),

events as (

    select
        event_id,
        event_type,
        occurred_at,
        'mautic:' || lead_id as contact_id,
        {{ path_of_url('page_url') }} as page_path,
        email_id,
        form_id,
        content_id,
        {{ row_json(['title', 'page_url', 'referer'], 'happened') }} as properties,
        coalesce(synced_at, occurred_at) as loaded_at
    from happened

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'page_path', 'email_id', 'form_id', 'content_id', 'properties', 'loaded_at'
]) }}
