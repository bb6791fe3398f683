{{- config(enabled=is_source_read("stg_snowplow__events")) -}}

{% set form = 'unstruct_event_com_snowplowanalytics_snowplow_submit_form_1' -%}
{% set action = 'unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1' -%}

-- Events of websites and apps, and who made them: users by the id that the team's own application gives them.
with landed as (

    {{ landed_rows('snowplow', 'events') }}

),

named as (

    select
        landed.*,
        -- What was done, by the most telling of the names that the kind of event has.
        case event
            when 'struct' then se_action
            when 'unstruct' then coalesce({{ json_text(action, ['type']) }}, event_name)
            else event
        end as name
    from landed
    -- Pings say every few seconds that a page is still open.
    where event is null or event not in ('page_ping', 'transaction_item')

),

events as (

    select
        'snowplow:events:' || event_id as event_id,
        case
            when event = 'struct' then name
            {%- for called, type in {
                'submit_form': 'form_submit', 'site_search': 'search', 'social_interaction': 'social_share', 'add_to_cart': 'cart_add',
                'remove_from_cart': 'cart_remove', 'transaction': 'order',
            }.items() %}
            when name = '{{ called }}' then '{{ type }}'
            {%- endfor %}
            else name
        end as event_type,
        coalesce(derived_tstamp, collector_tstamp) as occurred_at,
        user_id as contact_id,
        coalesce(domain_userid, network_userid) as anonymous_id,
        coalesce(page_urlpath, {{ path_of_url('page_url') }}) as page_path,
        mkt_campaign as campaign_id,
        coalesce({{ json_text(form, ['formId']) }}, {{ json_text(form, ['form_id']) }}) as form_id,
        -- Snowplow's own rule: whoever says bot is believed.
        {{ regexp_matches('contexts_com_snowplowanalytics_snowplow_bot_detection_1', '"bot"\\s*:\\s*true') }}
        or {{ regexp_matches('contexts_com_iab_snowplow_spiders_and_robots_1', '"spider_?[oO]r_?[rR]obot"\\s*:\\s*true') }}
        or {{ regexp_matches('contexts_nl_basjes_yauaa_context_1', '"(device|agent)_?[cC]lass"\\s*:\\s*"Robot') }} as is_machine,
        {{ row_json(
            ['page_title', 'page_url', 'page_referrer', 'mkt_source', 'mkt_medium', 'se_category', 'se_label', 'se_property', 'se_value', 'tr_orderid'],
            'named'
        ) }} as properties,
        coalesce(load_tstamp, collector_tstamp) as loaded_at
    from named

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'anonymous_id', 'page_path', 'campaign_id', 'form_id', 'is_machine',
    'properties', 'loaded_at'
]) }}
