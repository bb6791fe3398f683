{{- config(materialized="view", tags=["constant"]) -}}

-- Each rule that holds with no activity at all, and each contact of the run that it is about. A new contact isn't called
-- inactive: such a rule begins a window's length after the contact, or with it.
select
    rules.rule_number,
    audience.contact_key,
    rules.is_idle_rule,
    case
        when rules.evaluate_from = 'creation' then audience.created_at
        else {{ add_duration(
            'audience.created_at', 'coalesce(rules.window_months, 0)', 'coalesce(rules.window_microseconds, 0)'
        ) }}
    end as judged_from
from {{ ref('int_audience') }} as audience
inner join {{ ref('run_contacts') }} as contacts on audience.contact_key = contacts.contact_key
inner join {{ ref('config_rules') }} as rules on audience.model_number = rules.model_number
where rules.rule_trigger = 'window' and rules.holds_when_empty
