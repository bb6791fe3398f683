{{- config(enabled=is_source_read("stg_rudderstack__contacts")) -}}

-- Users, by the id that the team's own application gives them, with the latest of each trait.
with users as (

    {{ latest_traits('rudderstack') }}

),

groups as (

    {{ landed_rows('rudderstack', 'groups') }}

),

aliases as (

    {{ call_rows('rudderstack', 'aliases') }}

),

-- The company that a user was last said to belong to.
companies as (

    select
        groups.*,
        coalesce(uuid_ts, received_at) as loaded_at,
        row_number() over (partition by user_id order by received_at desc, id desc) as place
    from groups

),

-- Who goes by another id now, by the last alias of the former.
merged as (

    select
        aliases.*,
        row_number() over (partition by previous_id order by occurred_at desc, id desc) as place
    from aliases
    where previous_id != user_id

),

contacts as (

    select
        users.user_id as contact_id,
        least(users.created_at, users.first_at, users.latest_at) as created_at,
        users.latest_at as updated_at,
        users.email,
        users.phone,
        users.first_name,
        users.last_name,
        users.title as job_title,
        coalesce(users.company_name, companies.name) as company_name,
        coalesce(users.company_employee_count, companies.employees) as company_size,
        coalesce(users.company_industry, companies.industry) as industry,
        coalesce(users.company_id, companies.group_id) as account_id,
        users.address_postal_code as postal_code,
        users.address_city as city,
        users.address_country as country,
        users.birthday as birth_date,
        merged.user_id as merged_into,
        {{ row_json(['name'] + contact_attributes('rudderstack'), 'users') }} as attributes,
        greatest(users.loaded_at, companies.loaded_at, merged.loaded_at) as loaded_at
    from users
    left join companies on users.user_id = companies.user_id and companies.place = 1
    left join merged on users.user_id = merged.previous_id and merged.place = 1

)

{{ as_raw_rows('contacts', 'contacts', [
    'contact_id', 'created_at', 'updated_at', 'email', 'phone', 'first_name', 'last_name', 'job_title', 'company_name', 'company_size',
    'industry', 'account_id', 'postal_code', 'city', 'country', 'birth_date', 'merged_into', 'attributes', 'loaded_at'
]) }}
