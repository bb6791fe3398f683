{{- config(enabled=is_source_read("stg_segment__events")) -}}

-- Every call, and who made it: users by the id that the team's own application gives them.
with tracks as (

    {{ call_rows('segment', 'tracks') }}

),

pages as (

    {{ call_rows('segment', 'pages') }}

),

screens as (

    {{ call_rows('segment', 'screens') }}

),

identifies as (

    {{ call_rows('segment', 'identifies') }}

),

aliases as (

    {{ call_rows('segment', 'aliases') }}

),

events as (

    select
        event_id,
        {{ track_event_type('event') }} as event_type,
        occurred_at,
        user_id as contact_id,
        anonymous_id,
        coalesce(context_page_path, {{ path_of_url('context_page_url') }}) as page_path,
        context_campaign_name as campaign_id,
        {{ row_json(['event', 'event_text', 'context_page_url'], 'tracks') }} as properties,
        loaded_at
    from tracks

    union all

    select
        event_id,
        'page_view' as event_type,
        occurred_at,
        user_id as contact_id,
        anonymous_id,
        coalesce(path, {{ path_of_url('url') }}, context_page_path, {{ path_of_url('context_page_url') }}) as page_path,
        context_campaign_name as campaign_id,
        {{ row_json(['name', 'category', 'title', 'url', 'referrer'], 'pages') }} as properties,
        loaded_at
    from pages

    union all

    select
        event_id,
        'screen_view' as event_type,
        occurred_at,
        user_id as contact_id,
        anonymous_id,
        null as page_path,
        context_campaign_name as campaign_id,
        {{ row_json(['name', 'category'], 'screens') }} as properties,
        loaded_at
    from screens

    union all

    -- Whoever is identified, and an alias too, says whose a visitor's events are.
    select
        event_id,
        'identify' as event_type,
        occurred_at,
        user_id as contact_id,
        anonymous_id,
        null as page_path,
        null as campaign_id,
        null as properties,
        loaded_at
    from identifies

    union all

    select
        event_id,
        'identify' as event_type,
        occurred_at,
        user_id as contact_id,
        previous_id as anonymous_id,
        null as page_path,
        null as campaign_id,
        null as properties,
        loaded_at
    from aliases

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'anonymous_id', 'page_path', 'campaign_id', 'properties', 'loaded_at'
]) }}
