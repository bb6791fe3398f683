{{- config(enabled=is_source_read("stg_salesforce__activities")) -}}

-- Who took part in what: whom a task or an appointment names, and whoever else has a relation to it and didn't decline.
with tasks as (

    {{ landed_rows('salesforce', 'task') }}

),

task_relations as (

    {{ landed_rows('salesforce', 'task_relation') }}

),

appointments as (

    {{ landed_rows('salesforce', 'event') }}

),

appointment_relations as (

    {{ landed_rows('salesforce', 'event_relation') }}

),

named as (

    select
        'task' as landed_table,
        id,
        who_id as person_id,
        0 as declined,
        _fivetran_synced as loaded_at
    from tasks

    union all

    select
        'task' as landed_table,
        task_id as id,
        relation_id as person_id,
        0 as declined,
        _fivetran_synced as loaded_at
    from task_relations
    where is_what is not true and is_deleted is not true

    union all

    select
        'event' as landed_table,
        id,
        who_id as person_id,
        0 as declined,
        _fivetran_synced as loaded_at
    from appointments

    union all

    select
        'event' as landed_table,
        event_id as id,
        relation_id as person_id,
        case when lower(status) = 'declined' then 1 else 0 end as declined,
        _fivetran_synced as loaded_at
    from appointment_relations
    where is_what is not true and is_deleted is not true

)

-- Colleagues have relations too: the first characters of an id tell what it is of.
select
    landed_table,
    id,
    person_id,
    max(loaded_at) as loaded_at
from named
where substr(person_id, 1, 3) in ('003', '00Q')
group by landed_table, id, person_id
having max(declined) = 0
