-- A row a version of a contact: one in seven has a second one; a few have been merged or deleted.
with people as (

    select range as person
    from range($contacts)

),

versions as (

    select
        person,
        0 as version
    from people

    union all

    select
        person,
        1 as version
    from people
    where person % 7 = 3

),

dated as (

    select
        *,
        $starts + to_seconds(pick(person, 11, 600 * 86400)) as created_at
    from versions

)

select
    'contact-' || person as contact_id,
    'contact-' || person || '@example.com' as email,
    ['Director', 'Manager of sales', 'Engineer', 'Marketing Director', null][1 + pick(person, 12 + version, 5)] as job_title,
    'company-' || (person // 9) as account_id,
    ['NL', 'BE', 'DE', 'FR'][1 + pick(person, 13, 4)] as country,
    case when version = 1 and person % 700 = 3 then 'contact-' || (person - 1) end as merged_into,
    '{"plan": "' || ['free', 'team', 'large'][1 + pick(person, 14, 3)] || '"}' as attributes,
    person % 10 < 7 as email_consent,
    created_at,
    case when version = 0 then created_at else least($until, created_at + interval '90 days') end as updated_at,
    case when version = 1 and person % 700 = 500 then $until - interval '30 days' end as deleted_at,
    date_trunc('hour', case when version = 0 then created_at else created_at + interval '90 days' end) as loaded_at
from dated
