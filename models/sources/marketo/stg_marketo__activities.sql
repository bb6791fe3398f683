{{- config(enabled=is_source_read("stg_marketo__activities")) -}}

{% set event_types = {
    'activity_send_email': 'email_sent', 'activity_email_delivered': 'email_delivered', 'activity_open_email': 'email_open',
    'activity_click_email': 'email_click', 'activity_email_bounced': 'email_bounce', 'activity_email_bounced_soft': 'email_soft_bounce',
    'activity_unsubscribe_email': 'unsubscribe', 'activity_sent_forward_to_friend_email': 'email_forward',
    'activity_send_sales_email': 'email_sent', 'activity_open_sales_email': 'email_open', 'activity_click_sales_email': 'email_click',
    'activity_receive_sales_email': 'email_reply', 'activity_sales_email_bounced': 'email_bounce',
    'activity_fill_out_form': 'form_submit', 'activity_fill_out_facebook_lead_ads_form': 'form_submit',
    'activity_fill_out_linkedin_lead_gen_form': 'form_submit', 'activity_visit_webpage': 'page_view', 'activity_click_link': 'link_click',
    'activity_add_to_list': 'list_join', 'activity_remove_from_list': 'list_leave',
    'activity_change_status_in_progression': 'campaign_response', 'activity_interesting_moment': 'interesting_moment',
    'activity_share_content': 'social_share',
} -%}

-- Activities, whatever they are, but for steps in a program that are no success.
with activities as (

    {{ landed_union('marketo', event_types | list) }}

),

campaigns as (

    {{ landed_rows('marketo', 'campaign') }}

),

leads as (

    {{ landed_rows('marketo', 'lead') }}

),

joined as (

    select
        activities.*,
        campaigns.name as smart_campaign_name,
        leads.email as lead_email
    from activities
    left join campaigns on activities.campaign_id = campaigns.id
    left join leads on activities.lead_id = leads.id
    where activities.landed_table != 'activity_change_status_in_progression' or activities.success

),

typed as (

    select
        joined.*,
        case
            -- What comes back only for now, as spam, or from an address of old, says nothing against the address.
            when
                landed_table in ('activity_email_bounced', 'activity_sales_email_bounced')
                and (category != 2 or {{ email_address('email') }} != {{ email_address('lead_email') }})
                then 'email_soft_bounce'
            {%- for table, type in event_types.items() %}
            when landed_table = '{{ table }}' then '{{ type }}'
            {%- endfor %}
        end as event_type,
        case
            when landed_table = 'activity_change_status_in_progression' then primary_attribute_value else smart_campaign_name
        end as campaign_name,
        coalesce(is_bot_activity, lower(bot_activity_pattern) not in ('n/a', 'none')) as is_machine,
        case when landed_table = 'activity_click_link' then primary_attribute_value else coalesce(link, webpage_url) end as url
    from joined

),

told as (

    select
        typed.*,
        case
            when event_type not in ('campaign_response', 'interesting_moment', 'link_click', 'list_join', 'list_leave', 'page_view')
                then primary_attribute_value
        end as name,
        {%- for key, types in {
            'kind': "'interesting_moment'", 'list_name': "'list_join', 'list_leave'", 'title': "'page_view'"
        }.items() %}
        case when event_type in ({{ types }}) then primary_attribute_value end as {{ key }},
        {%- endfor %}
        new_status as status,
        -- Without a host, as Marketo tells pages at times.
        case
            when webpage_url like '/%' then 'https://localhost' || webpage_url
            when webpage_url not like '%://%' then 'https://' || webpage_url
            else coalesce(link, webpage_url, referrer_url)
        end as page_url
    from typed

),

events as (

    select
        'marketo:' || landed_table || ':' || id as event_id,
        event_type,
        activity_date as occurred_at,
        'marketo:' || lead_id as contact_id,
        {{ path_of_url('page_url') }} as page_path,
        case when event_type = 'campaign_response' then primary_attribute_value_id else campaign_id end as campaign_id,
        case when event_type like 'email%' or event_type = 'unsubscribe' then primary_attribute_value_id end as email_id,
        case when event_type = 'form_submit' then primary_attribute_value_id end as form_id,
        is_machine,
        {{ row_json(
            ['kind', 'name', 'list_name', 'title', 'campaign_name', 'status', 'description', 'category', 'url'], 'told'
        ) }} as properties,
        _fivetran_synced as loaded_at
    from told

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'page_path', 'campaign_id', 'email_id', 'form_id', 'is_machine', 'properties',
    'loaded_at'
]) }}
