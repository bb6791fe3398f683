{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

-- What each threshold of a model would catch: its band edges, and the deciles of the scores observed.
with edges as (

    {% for edge in ['above', 'from_score', 'up_to', 'below'] -%}
    select
        model_number,
        {{ edge }} as threshold
    from {{ ref('config_bands') }}
    where {{ edge }} is not null
    {%- if not loop.last %}

    union

    {% endif %}
    {%- endfor %}

),

-- Counted over the scores that occur: sorting all observations of millions of contacts took more memory than a run has.
ranked as (

    select
        conversion_number,
        model_number,
        score,
        sum(observed) over (partition by conversion_number, model_number order by score) as reached,
        sum(observed) over (partition by conversion_number, model_number) as all_observed
    from {{ ref('int_observed_scores') }}

),

deciles as (

    select
        conversion_number,
        model_number,
        min(score) as threshold
    from (
        select
            *,
            {{ explode_range('8') }} as tenth
        from ranked
    ) as tenths
    where reached * 10 >= all_observed * (tenth + 1)
    group by conversion_number, model_number, tenth

),

thresholds as (

    select
        conversions.conversion_number,
        edges.model_number,
        cast(edges.threshold as decimal(28, 8)) as threshold
    from edges
    cross join {{ ref('config_conversions') }} as conversions

    union

    select
        conversion_number,
        model_number,
        cast(threshold as decimal(28, 8)) as threshold
    from deciles

),

caught as (

    select
        thresholds.conversion_number,
        thresholds.model_number,
        thresholds.threshold,
        coalesce(sum(scores.observed), 0) as all_observed,
        coalesce(sum(scores.converted), 0) as all_converted,
        coalesce(sum(case when scores.score >= thresholds.threshold then scores.observed end), 0) as observed,
        coalesce(sum(case when scores.score >= thresholds.threshold then scores.converted end), 0) as converted
    from thresholds
    left join {{ ref('int_observed_scores') }} as scores
        on thresholds.conversion_number = scores.conversion_number and thresholds.model_number = scores.model_number
    group by thresholds.conversion_number, thresholds.model_number, thresholds.threshold

),

now as (

    select
        thresholds.model_number,
        thresholds.threshold,
        count(*) as contacts
    from (
        select distinct
            model_number,
            threshold
        from thresholds
    ) as thresholds
    inner join {{ ref('int_scores') }} as scores
        on thresholds.model_number = scores.model_number and thresholds.threshold <= scores.score
    group by thresholds.model_number, thresholds.threshold

)

select
    conversions.conversion_id,
    models.model_id,
    caught.threshold,
    cast(caught.observed as bigint) as observed,
    cast(caught.converted as bigint) as converted,
    {{ share('caught.converted', 'caught.observed') }} as precision,
    {{ share('caught.converted', 'caught.all_converted') }} as recall,
    {{ share('caught.converted', 'caught.observed') }} / nullif({{ share('caught.all_converted', 'caught.all_observed') }}, 0) as lift,
    coalesce(now.contacts, 0) as contacts_now,
    {{ as_of() }} as as_of
from caught
inner join {{ ref('config_conversions') }} as conversions on caught.conversion_number = conversions.conversion_number
inner join {{ ref('config_models') }} as models on caught.model_number = models.model_number
left join now on caught.model_number = now.model_number and caught.threshold = now.threshold
where true {{- learned_anew() }}
