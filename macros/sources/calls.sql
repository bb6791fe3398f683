{# What Segment's and RudderStack's tables have in common: calls of one and the same specification. #}

{% macro call_rows(vendor, table) -%}
    {# The rows of a table of calls, with the ids of the event that each is, and when it took place. -#}
    select
        calls.*,
        '{{ vendor }}:{{ table }}:' || calls.id as event_id,
        coalesce(calls.timestamp, calls.original_timestamp, calls.sent_at, calls.received_at) as occurred_at,
        coalesce(calls.uuid_ts, calls.received_at) as loaded_at
    from (

        {{ landed_rows(vendor, table) }}

    ) as calls
{%- endmacro %}


{% macro latest_traits(vendor) -%}
    {# A row a user: of each trait that identify calls have told, the latest. Either table may be missing. -#}
    {%- set kept = landed_columns(vendor, 'users') | map(attribute='name') | reject('in', ['id', 'anonymous_id', 'received_at', 'uuid_ts']) | list -%}
    {%- set told = kept + ['received_at', 'uuid_ts'] -%}
    select
        user_id,
        {%- for trait in kept %}
        max_by({{ trait }}, place) filter (where {{ trait }} is not null) as {{ trait }},
        {%- endfor %}
        min(coalesce(timestamp, received_at)) as first_at,
        max(coalesce(received_at, timestamp)) as latest_at,
        max(coalesce(uuid_ts, received_at)) as loaded_at
    from (
        select
            told.*,
            row_number() over (
                partition by user_id
                order by coalesce(received_at, timestamp), uuid_ts, source_place, id
            ) as place
        from (
            select 0 as source_place, id, user_id, timestamp, {{ told | join(', ') }}
            from ({{ landed_rows(vendor, 'identifies') }}) as identifies

            union all

            select 1 as source_place, id, id as user_id, cast(null as timestamp) as timestamp, {{ told | join(', ') }}
            from ({{ landed_rows(vendor, 'users') }}) as users
        ) as told
        where user_id is not null
    ) as placed
    group by user_id
{%- endmacro %}


{% macro track_event_type(name) -%}
    {#
        The event type of a track call, by the event's name in snake case: that of docs/event_types.md for names of the
        specification's own, any other name as it is.
    #}
    {%- set types = {
        'page_viewed': 'page_view', 'form_submitted': 'form_submit', 'signed_up': 'account_created', 'account_created': 'account_created',
        'email_delivered': 'email_delivered', 'email_opened': 'email_open', 'email_link_clicked': 'email_click',
        'email_bounced': 'email_bounce', 'email_marked_as_spam': 'email_spam_report', 'unsubscribed': 'unsubscribe',
        'product_viewed': 'product_view', 'product_added': 'cart_add', 'product_removed': 'cart_remove', 'cart_viewed': 'cart_view',
        'checkout_started': 'checkout_start', 'order_completed': 'order', 'product_added_to_wishlist': 'wishlist_add',
        'products_searched': 'search', 'product_shared': 'social_share', 'cart_shared': 'social_share', 'product_reviewed': 'review',
    } -%}
    case {{ name }}
        {%- for called, type in types.items() %}
        when '{{ called }}' then '{{ type }}'
        {%- endfor %}
        else {{ name }}
    end
{%- endmacro %}
