{{- config(materialized="view") -}}

-- The contributions of rules to scores before sets are applied: a row a step of decay, else a row an entry.
with entries as (

    select
        rules.entry_prefix || coalesce(points.activity_id, points.contact_id || ':' || {{ epoch_microseconds('points.valid_from') }})
        || ':' || steps.step as entry_id,
        points.model_id,
        points.contact_id,
        rules.rule_trigger as entry_type,
        points.rule_id,
        points.activity_id,
        case when points.operation != 'set' then rules.category end as category,
        points.operation,
        cast(null as {{ dbt.type_string() }}) as note,
        cast(null as {{ dbt.type_string() }}) as author,
        steps.points,
        points.valid_from as starts_at,
        {{ add_duration('points.valid_from', 'steps.after_months', 'steps.after_microseconds') }} as valid_from,
        {{ earliest([
            'points.valid_to',
            add_duration('points.valid_from', 'steps.until_months', 'steps.until_microseconds'),
        ]) }} as valid_to
    from {{ touched_rows(ref('fct_rule_points')) }} as points
    inner join {{ ref('config_rules') }} as rules on points.rule_id = rules.rule_id
    inner join {{ ref('config_decay_steps') }} as steps on rules.rule_number = steps.rule_number

)

select * from entries
where valid_to is null or valid_from < valid_to
