-- Which activity meets which rule, a row each. One scan of the activities, however many rules there are.
with activities as (

    select *
    from "intermediate"."int_activities"

),

hits as (

    select
        activities.contact_key,
        activities.activity_key,
        activities.occurred_at,
        activities.event_page_path,
        activities.transaction_amount,
        unnest(list_filter(
            case
                -- activity: page_view
                when activities.event_type = 'page_view' then [
                    -- rule: pricing
                    case
                        when (((activities.event_page_path = '/pricing' or activities.event_page_path = '/price''s')
                        and (activities.event_is_machine = true) is not true)
                        or (try_cast(activities."event.properties.^plan.size" as double) >= try_cast('3' as double) and regexp_matches(activities."event.properties.^plan.size", '^-?(0|[1-9][0-9]*)([.][0-9]+)?$')
                        and versions.contact_created_at < try_cast('2026-01-01' as timestamp with time zone) at time zone 'UTC'))
                            then 1
                    end,
                    -- rule: read's, a lot
                    case
                        when (contains(activities.event_content_id, 'draft')) is not true
                        and versions.contact_country is not null
                            then 2
                    end
                ]
                -- activity: download
                when activities.event_type = 'download' then [
                    -- rule: read's, a lot
                    case
                        when (contains(activities.event_content_id, 'draft')) is not true
                        and versions.contact_country is not null
                            then 2
                    end
                ]
                -- activity: transaction
                when activities.event_type is null then [
                    -- rule: spent
                    case
                        when activities.transaction_payment_days <= try_cast('14' as decimal(38, 10))
                            then 4
                    end
                ]
            end,
            lambda element: element is not null
        )) as rule_number
    from activities
    inner join (
        select
            versions.country as contact_country,
    versions.created_at as contact_created_at,
    versions.contact_key,
            versions.valid_from,
            versions.valid_to
        from "intermediate"."int_contact_versions" as versions
        inner join "state"."run_contacts" as contacts on versions.contact_key = contacts.contact_key
    ) as versions
        on
            activities.contact_key = versions.contact_key
            and activities.occurred_at >= versions.valid_from
            and (versions.valid_to is null or activities.occurred_at < versions.valid_to)

)

select
    cast(rule_number as smallint) as rule_number,
    contact_key,
    activity_key,
    -- What `once_per` and `count_distinct` tell apart, and what `sum` and `average` add up or `per_field` names.
    case rule_number
        when 1 then cast(hits.event_page_path as TEXT)
    end as distinct_value,
    case rule_number
        when 4 then hits.transaction_amount
    end as amount,
    occurred_at
from hits
