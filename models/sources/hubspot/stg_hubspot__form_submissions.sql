{{- config(enabled=is_source_read("stg_hubspot__form_submissions")) -}}

-- Forms that contacts sent in.
with submissions as (

    {{ landed_rows('hubspot', 'contact_form_submission') }}

),

forms as (

    {{ landed_rows('hubspot', 'form') }}

),

named as (

    select
        submissions.*,
        forms.name as form_name
    from submissions
    left join forms on submissions.form_id = forms.guid

),

events as (

    select
        'hubspot:contact_form_submission:' || conversion_id as event_id,
        'form_submit' as event_type,
        named.timestamp as occurred_at,
        'hubspot:' || contact_id as contact_id,
        {{ path_of_url('page_url') }} as page_path,
        form_id,
        {{ row_json(['form_name', 'title', 'page_url'], 'named') }} as properties,
        _fivetran_synced as loaded_at
    from named

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'page_path', 'form_id', 'properties', 'loaded_at'
]) }}
