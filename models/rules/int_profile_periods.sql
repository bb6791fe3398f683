{% set rules = rule_definitions(ref('config_rules'), ref('config_conditions')) | selectattr('trigger', 'equalto', 'profile') | list -%}
{% set ages = ages_compared(rules) -%}

-- The periods in which a contact's profile meets a profile rule, a row each (contract 4.4).
with versions as (

    select
        {{ field_values(fields_named(rules, 'contact'), 'versions') -}}
        {% if ages -%}
        versions.birth_date,
        {% endif -%}
        versions.contact_key,
        versions.version_number,
        versions.valid_from,
        versions.valid_to,
        versions.contact_created_at as created_at
    from {{ ref('int_contact_versions') }} as versions
    inner join {{ ref('run_contacts') }} as contacts on versions.contact_key = contacts.contact_key

),

{% if ages -%}
-- Contacts grow older between versions.
aged as (

    select
        parts.* {{ except_columns(['version_number']) }},
        row_number() over (partition by contact_key order by valid_from) as version_number
    from (
        {{ cut_at_birthdays(ages, 'versions') }}
    ) as parts

),

{% endif -%}
hits as (

    select
        versions.contact_key,
        versions.version_number,
        versions.valid_from,
        versions.valid_to,
        versions.created_at,
        {{ explode_present(hit_list(rules, {'contact': 'versions', 'age': 'versions'})) }} as rule_number
    from {{ 'aged as versions' if ages else 'versions' }}

),

-- Versions in a row that meet the rule are one period.
runs as (

    select
        *,
        version_number - row_number() over (partition by rule_number, contact_key order by version_number) as run_number
    from hits

),

periods as (

    select
        cast(rule_number as smallint) as rule_number,
        contact_key,
        greatest(min(valid_from), min(created_at)) as starts_at,
        case when count(*) = count(valid_to) then max(valid_to) end as ends_at
    from runs
    group by rule_number, contact_key, run_number

)

select * from periods
where ends_at is null or starts_at < ends_at
