{{- config(materialized="view") -}}

-- Every contribution to a score before sets are applied.
with manual_entries as (

    select
        'manual:' || adjustments.adjustment_id as entry_id,
        adjustments.model_id,
        adjustments.contact_id,
        'manual' as entry_type,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        cast(null as {{ dbt.type_string() }}) as activity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        adjustments.operation,
        adjustments.note,
        adjustments.author,
        adjustments.points,
        adjustments.adjusted_at as starts_at,
        adjustments.adjusted_at as valid_from,
        cast(null as timestamp) as valid_to
    from {{ touched_rows(ref('int_adjustments')) }} as adjustments
    inner join {{ ref('int_audience') }} as audience
        on
            adjustments.model_id = audience.model_id
            and adjustments.contact_id = audience.contact_id

),

start_entries as (

    select
        models.entry_prefix || audience.contact_id as entry_id,
        models.model_id,
        audience.contact_id,
        'start' as entry_type,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        cast(null as {{ dbt.type_string() }}) as activity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        'add' as operation,
        cast(null as {{ dbt.type_string() }}) as note,
        cast(null as {{ dbt.type_string() }}) as author,
        models.starting_points as points,
        audience.created_at as starts_at,
        audience.created_at as valid_from,
        cast(null as timestamp) as valid_to
    from {{ touched_rows(ref('int_audience')) }} as audience
    inner join {{ ref('config_models') }} as models on audience.model_id = models.model_id
    where models.starting_points != 0

)

select * from {{ ref('int_rule_entries') }}

union all

select * from manual_entries

union all

select * from start_entries
