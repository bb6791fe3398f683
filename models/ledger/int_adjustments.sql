{{- config(schema="store") -}}

-- Every manual edit that has arrived, as its last loaded row has it, and whether it counts at as_of.
with staged as (

    select *
    from {{ ref('stg_score_adjustments') }}

),

lasts as (

    {{ one_row_per_key('staged', 'score_adjustments', ['adjustment_id'], wins='last') }}

)

select
    lasts.adjustment_id,
    lasts.model_id,
    lasts.contact_id,
    lasts.operation,
    lasts.note,
    lasts.author,
    case
        when lasts.deleted_at <= {{ as_of() }} then 'deleted'
        when lasts.adjusted_at > {{ as_of() }} then 'later'
        when people.contact_key is null then 'waiting'
        when audience.contact_key is null then 'not scored'
        else 'counts'
    end as status,
    models.model_number,
    audience.contact_key as scored_contact_key,
    cast(case when lasts.operation = 'subtract' then -lasts.points else lasts.points end as {{ points_type() }}) as points,
    lasts.points as stated_points,
    lasts.adjusted_at,
    lasts.deleted_at,
    lasts.loaded_at
from lasts
left join {{ ref('config_models') }} as models on lasts.model_id = models.model_id
left join {{ ref('int_contact_keys') }} as contacts on lasts.contact_id = contacts.contact_id
left join {{ ref('int_contacts') }} as people on contacts.contact_key = people.contact_key
left join {{ ref('int_audience') }} as audience
    on
        models.model_number = audience.model_number
        and people.survivor_key = audience.contact_key
