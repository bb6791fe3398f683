-- Events number $first to $first + $events: evenly over the time from $starts to $until, very unevenly over contacts (the
-- busiest hundredth has a tenth of them) and types. 2 % come twice, 1 % up to 30 days late. Two contacts in five have a
-- visitor's id on web pages, and three of five such views don't say who it is.
with places as (

    select $first + range as place
    from range($events)

),

numbered as (

    -- Every fiftieth is an earlier one again; those don't repeat one another.
    select
        place,
        case when place % 50 = 49 then greatest(48, place - 1 - 50 * pick(place, 0, 2000)) else place end as number
    from places

),

drawn as (

    select
        number,
        $starts + to_microseconds((span / $events * (number - $first))::bigint) as sent_at,
        $starts + to_microseconds((span / $events * (place - $first))::bigint) as arrived_at,
        floor($contacts * power(pick(number, 1, 1000000007) / 1000000007, 2))::bigint as person,
        pick(number, 2, 1000) as kind_draw,
        pick(number, 3, 1000) as page_draw,
        pick(number, 4, 1000) as detail
    from numbered
    cross join (select epoch_us($until) - epoch_us($starts) as span)

),

typed as (

    select
        *,
        case
            when kind_draw < 600 then 'page_view'
            when kind_draw < 800 then 'email_open'
            when kind_draw < 850 then 'email_click'
            when kind_draw < 890 then 'search'
            when kind_draw < 910 then 'download'
            when kind_draw < 930 then 'video_watched'
            when kind_draw < 945 then 'form_submit'
            when kind_draw < 965 then 'social_like'
            when kind_draw < 985 then 'add_to_cart'
            when kind_draw < 990 then 'webinar_attended'
            when kind_draw < 992 then 'unsubscribe'
            when kind_draw < 995 then 'email_bounce'
            else 'account_created'
        end as event_type,
        person % 5 < 2 and (kind_draw < 600 or kind_draw between 930 and 944) as has_visitor
    from drawn

)

select
    'event-' || number as event_id,
    event_type,
    case when not (has_visitor and event_type = 'page_view' and detail % 5 < 3) then 'contact-' || person end as contact_id,
    -- One visitor's id in fifty is shared by two contacts.
    case when has_visitor then 'visitor-' || case when person % 100 < 2 then person - person % 2 else person end end
        as anonymous_id,
    case
        when event_type != 'page_view' then null
        when page_draw < 200 then '/'
        when page_draw < 220 then '/pricing'
        when page_draw < 230 then '/contact'
        when page_draw < 330 then '/products/' || pick(number, 5, 40)
        when page_draw < 550 then '/blog/' || pick(number, 5, 300)
        when page_draw < 570 then '/services/' || pick(number, 5, 8)
        when page_draw < 590 then '/cases/' || pick(number, 5, 25)
        else '/help/' || pick(number, 5, 500)
    end as page_path,
    case
        when event_type in ('email_open', 'email_click')
            then ['newsletter-', 'newsletter-', 'tips-', 'offer-'][1 + detail % 4] || (1 + pick(number, 6, 100))
    end as campaign_id,
    case when event_type in ('email_open', 'email_click') then 'mail-' || pick(number, 6, 100) || '-' || detail % 4 end
        as email_id,
    case when event_type = 'form_submit' then ['demo', 'contact', 'newsletter', 'support'][1 + page_draw % 4] end as form_id,
    case when event_type = 'download' then ['whitepaper-', 'guide-', 'price-list-'][1 + page_draw % 3] || detail % 9 end
        as content_id,
    case when kind_draw between 600 and 849 then detail % 40 = 0 else false end as is_machine,
    case event_type
        when 'page_view'
            then '{"seconds": ' || pick(number, 7, 150) || ', "device": "mobile", "referrer": "https://example.com/search"}'
        when 'form_submit' then '{"budget": ' || 1000 * pick(number, 7, 12) || ', "plan": {"size": ' || detail || '}}'
        when 'video_watched' then '{"percent": ' || pick(number, 7, 101) || '}'
        when 'email_open' then '{"client": "webmail"}'
    end as properties,
    case
        when number % 100 = 7 then sent_at - to_seconds(pick(number, 8, 30 * 86400))
        else sent_at - to_seconds(pick(number, 8, 300))
    end as occurred_at,
    date_trunc('hour', arrived_at) + interval '1 hour' as loaded_at
from typed
