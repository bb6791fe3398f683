-- Which activity meets which rule, a row each. One scan of the activities, however many rules there are.
with activities as (

    select
        activities.*,
        contacts.contact_number
    from "intermediate"."int_activities" as activities
    inner join "intermediate"."int_contact_numbers" as contacts on activities.contact_id = contacts.contact_id
    where activities.standing = 'scored'

),

hits as (

    select
        activities.contact_number,
        activities.activity_id,
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
                        or (coalesce(try_cast(case when not contains(activities."event.properties.^plan.size", '_') then activities."event.properties.^plan.size" end as decimal(38, 10)) >= try_cast('3' as decimal(38, 10)), activities."event.properties.^plan.size" >= '3')
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
                when activities.activity_kind = 'transaction' then [
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
    inner join "intermediate"."int_contact_versions" as versions
        on
            activities.contact_id = versions.contact_id
            and activities.occurred_at >= versions.valid_from
            and (versions.valid_to is null or activities.occurred_at < versions.valid_to)

)

select
    cast(rule_number as smallint) as rule_number,
    contact_number,
    activity_id,
    case rule_number
            when 1 then cast(hits.event_page_path as TEXT)
        end as once_value,
    case rule_number
            when 4 then cast(hits.transaction_amount as TEXT)
        end as measured_value,
    occurred_at
from hits
