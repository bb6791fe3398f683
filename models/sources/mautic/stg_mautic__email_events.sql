{{- config(enabled=is_source_read("stg_mautic__email_events")) -}}

-- What became of mail. Of openings Mautic keeps the first, and how many there were.
with emails as (

    {{ landed_rows('mautic', 'emails') }}

),

stats as (

    {{ landed_rows('mautic', 'email_stats') }}

),

replies as (

    {{ landed_rows('mautic', 'email_stat_replies') }}

),

hits as (

    {{ landed_rows('mautic', 'page_hits') }}

),

do_not_contact as (

    {{ landed_rows('mautic', 'lead_donotcontact') }}

),

happened as (

    {% for is_open in [false, true] -%}
    select
        'mautic:email_stats:' || id{{ " || ':read'" if is_open }} as event_id,
        '{{ 'email_open' if is_open else 'email_sent' }}' as event_type,
        {{ 'date_read' if is_open else 'date_sent' }} as occurred_at,
        lead_id,
        email_id,
        {{ 'open_count' if is_open else 'null as open_count' }},
        null as url,
        _fivetran_synced as synced_at
    from stats
    where is_failed is not true and _fivetran_deleted is not true {{- ' and is_read' if is_open }}

    union all

    {% endfor -%}
    select
        'mautic:email_stat_replies:' || replies.id as event_id,
        'email_reply' as event_type,
        replies.date_replied as occurred_at,
        stats.lead_id,
        stats.email_id,
        null as open_count,
        null as url,
        greatest(replies._fivetran_synced, stats._fivetran_synced) as synced_at
    from replies
    inner join stats on replies.stat_id = stats.id
    where replies._fivetran_deleted is not true

    union all

    select
        'mautic:page_hits:' || id as event_id,
        'email_click' as event_type,
        date_hit as occurred_at,
        lead_id,
        email_id,
        null as open_count,
        url,
        _fivetran_synced as synced_at
    from hits
    where redirect_id is not null and email_id is not null and _fivetran_deleted is not true

    union all

    select
        'mautic:lead_donotcontact:' || id as event_id,
        case reason when 1 then 'unsubscribe' else 'email_bounce' end as event_type,
        date_added as occurred_at,
        lead_id,
        channel_id as email_id,
        null as open_count,
        null as url,
        _fivetran_synced as synced_at
    from do_not_contact
    where channel = 'email' and reason in (1, 2) and _fivetran_deleted is not true

),

events as (

    select
        happened.*,
        'mautic:' || happened.lead_id as contact_id,
        {{ path_of_url('happened.url') }} as page_path,
        coalesce(happened.synced_at, happened.occurred_at) as loaded_at,
        emails.name,
        emails.subject
    from happened
    left join emails on happened.email_id = emails.id

),

told as (

    select
        events.*,
        {{ row_json(['name', 'subject', 'url', 'open_count'], 'events') }} as properties
    from events

)

{{ as_raw_rows('events', 'told', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'page_path', 'email_id', 'properties', 'loaded_at'
]) }}
