{{- config(enabled=is_source_read("stg_salesforce__campaign_responses")) -}}

-- Members of campaigns who responded. Who was a lead at first is the contact that the lead became.
with members as (

    {{ landed_rows('salesforce', 'campaign_member') }}

),

campaigns as (

    {{ landed_rows('salesforce', 'campaign') }}

),

responses as (

    select
        members.*,
        campaigns.name as campaign_name,
        campaigns.type as kind
    from members
    left join campaigns on members.campaign_id = campaigns.id
    where members.has_responded and members.is_deleted is not true

),

events as (

    select
        'salesforce:campaign_member:' || id as event_id,
        'campaign_response' as event_type,
        coalesce(first_responded_date, created_date) as occurred_at,
        'salesforce:' || coalesce(contact_id, lead_id) as contact_id,
        campaign_id,
        {{ row_json(['campaign_name', 'kind', 'status'], 'responses') }} as properties,
        _fivetran_synced as loaded_at
    from responses

)

{{ as_raw_rows('events', 'events', [
    'event_id', 'event_type', 'occurred_at', 'contact_id', 'campaign_id', 'properties', 'loaded_at'
]) }}
