{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{{- replaces_rows_by(['int_touched_contacts']) }}

with last_steps as (

    select
        rule_number,
        max(until_months) as until_months,
        max(until_microseconds) as until_microseconds
    from {{ ref('config_decay_steps') }}
    group by rule_number

),

-- An entry ends when its period does, when it expires, or when it has decayed to nothing.
ends as (

    select
        rules.model_id,
        rules.rule_id,
        contacts.contact_id,
        awards.activity_id,
        rules.operation,
        rules.points,
        awards.occurred_at,
        awards.starts_at,
        awards.ends_at,
        {{ add_duration('awards.starts_at', 'rules.expires_months', 'rules.expires_microseconds') }} as expires_at,
        {{ add_duration('awards.starts_at', 'last_steps.until_months', 'last_steps.until_microseconds') }} as decayed_at
    from {{ ref('int_awards') }} as awards
    inner join {{ ref('config_rules') }} as rules on awards.rule_number = rules.rule_number
    inner join {{ ref('int_contact_numbers') }} as contacts on awards.contact_number = contacts.contact_number
    -- A decay that begins below half a point has no steps: such an entry is worth nothing.
    inner join last_steps on rules.rule_number = last_steps.rule_number

)

select
    ends.model_id,
    ends.rule_id,
    ends.contact_id,
    ends.activity_id,
    ends.operation,
    ends.points,
    ends.occurred_at,
    ends.starts_at as valid_from,
    {{ earliest(['ends.ends_at', 'ends.expires_at', 'ends.decayed_at']) }} as valid_to
from ends
left join {{ ref('int_outside_audience') }} as outside
    on
        ends.model_id = outside.model_id
        and ends.contact_id = outside.contact_id
where outside.contact_id is null
