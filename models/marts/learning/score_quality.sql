{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

-- How well a model's scores told who would convert.
with ranked as (

    select
        *,
        sum(observed - converted) over (partition by conversion_number, model_number order by score) - (observed - converted)
            as others_below,
        sum(observed) over (partition by conversion_number, model_number order by score desc) - observed as higher,
        sum(observed) over (partition by conversion_number, model_number) as all_observed
    from {{ ref('int_observed_scores') }}

),

-- Of each pair of one who converted and one who didn't, the AUC (Mann and Whitney, 1947) counts those in which the first had the higher
-- score, and half of those with equal ones.
totals as (

    select
        conversion_number,
        model_number,
        sum(observed) as observed,
        sum(converted) as converted,
        sum(cast(converted as double) * (others_below + cast(observed - converted as double) / 2)) as pairs_in_order,
        sum(case when higher * 10 < all_observed then observed end) as top_observed,
        sum(case when higher * 10 < all_observed then converted end) as top_converted
    from ranked
    group by conversion_number, model_number

),

people as (

    select
        conversion_number,
        model_number,
        count(distinct contact_key) as contacts
    from {{ ref('int_observations') }}
    group by conversion_number, model_number

)

select
    conversions.conversion_id,
    models.model_id,
    cast(coalesce(totals.observed, 0) as bigint) as observed,
    coalesce(people.contacts, 0) as contacts,
    cast(coalesce(totals.converted, 0) as bigint) as converted,
    {{ share('totals.converted', 'totals.observed') }} as base_rate,
    totals.pairs_in_order
    / nullif(cast(totals.converted as double) * cast(totals.observed - totals.converted as double), 0) as auc,
    {{ share('totals.top_converted', 'totals.top_observed') }} as top_decile_rate,
    {{ share('totals.top_converted', 'totals.top_observed') }}
    / nullif({{ share('totals.converted', 'totals.observed') }}, 0) as top_decile_lift,
    {{ as_of() }} as as_of
from {{ ref('config_conversions') }} as conversions
cross join {{ ref('config_models') }} as models
left join totals
    on
        conversions.conversion_number = totals.conversion_number
        and models.model_number = totals.model_number
left join people
    on
        conversions.conversion_number = people.conversion_number
        and models.model_number = people.model_number
where true {{- learned_anew() }}
