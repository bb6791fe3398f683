{{- config(enabled=is_source_read("stg_salesforce__emails")) -}}

-- Mails as sales write and get them, but for drafts and those of cases: an event for each contact and lead who wrote it or got it.
with messages as (

    {{ landed_rows('salesforce', 'email_message') }}

),

relations as (

    {{ landed_rows('salesforce', 'email_message_relation') }}

),

tasks as (

    {{ landed_rows('salesforce', 'task') }}

),

-- Colleagues have relations too: the first characters of an id tell what it is of.
related as (

    select
        email_message_id,
        relation_id as person_id,
        lower(relation_type) = 'fromaddress' as is_sender,
        max(_fivetran_synced) as loaded_at
    from relations
    where
        is_deleted is not true and email_message_id is not null
        and substr(relation_id, 1, 3) in ('003', '00Q')
        and lower(relation_type) in ('fromaddress', 'toaddress', 'ccaddress', 'bccaddress')
    group by email_message_id, relation_id, lower(relation_type) = 'fromaddress'

),

people as (

    select * from related

    union all

    -- Of mails without relations: whom their task is about.
    select
        messages.id as email_message_id,
        tasks.who_id as person_id,
        coalesce(messages.incoming, false) as is_sender,
        tasks._fivetran_synced as loaded_at
    from messages
    inner join tasks on messages.activity_id = tasks.id
    where
        substr(tasks.who_id, 1, 3) in ('003', '00Q')
        and messages.id not in (select related.email_message_id from related)

),

told as (

    select
        messages.id,
        people.person_id,
        messages.email_template_id,
        'email' as kind,
        messages.subject,
        coalesce(messages.incoming, false) as is_incoming,
        count(*) over (partition by messages.id) as recipients,
        messages.message_date,
        messages.first_opened_date,
        messages.first_link_clicked_date,
        greatest(messages._fivetran_synced, people.loaded_at) as loaded_at
    from messages
    inner join people on messages.id = people.email_message_id and coalesce(messages.incoming, false) = people.is_sender
    where messages.is_deleted is not true and messages.parent_id is null and messages.status is distinct from '5'

),

happened as (

    select
        told.*,
        case when is_incoming then 'email_reply' else 'email_sent' end as event_type,
        '' as suffix,
        message_date as occurred_at
    from told

    -- Who of several opened it, nobody knows.
    {%- for column, type, suffix in [
        ('first_opened_date', 'email_open', 'opened'), ('first_link_clicked_date', 'email_click', 'clicked')
    ] %}

    union all

    select
        told.*,
        '{{ type }}' as event_type,
        ':{{ suffix }}' as suffix,
        {{ column }} as occurred_at
    from told
    where {{ column }} is not null and not is_incoming and recipients = 1
    {%- endfor %}

),

events as (

    select
        'salesforce:email_message:' || id || ':' || person_id || suffix as event_id,
        event_type,
        occurred_at,
        'salesforce:' || person_id as contact_id,
        email_template_id as email_id,
        {{ row_json(['kind', 'subject'], 'happened') }} as properties,
        loaded_at
    from happened

)

{{ as_raw_rows('events', 'events', ['event_id', 'event_type', 'occurred_at', 'contact_id', 'email_id', 'properties', 'loaded_at']) }}
