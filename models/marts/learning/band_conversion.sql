{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

-- How many of those who were in each band converted. A row without a band, if somebody was in none.
with by_band as (

    select
        conversion_number,
        model_number,
        band_number,
        count(*) as observed,
        count(converted_at) as converted,
        -- Of microseconds, whose middle is exact on every engine.
        percentile_cont(0.5) within group (
            order by cast({{ microseconds_between('observed_at', 'converted_at') }} as double)
        ) / 86400000000 as median_days
    from {{ ref('int_observations') }}
    group by conversion_number, model_number, band_number

),

totals as (

    select
        conversion_number,
        model_number,
        sum(observed) as observed,
        sum(converted) as converted
    from by_band
    group by conversion_number, model_number

),

places as (

    select
        conversions.conversion_number,
        bands.model_number,
        bands.band_number
    from {{ ref('config_bands') }} as bands
    cross join {{ ref('config_conversions') }} as conversions

    union

    select
        conversion_number,
        model_number,
        band_number
    from by_band

),

counted as (

    select
        places.*,
        coalesce(by_band.observed, 0) as observed,
        coalesce(by_band.converted, 0) as converted,
        by_band.median_days,
        totals.observed as all_observed,
        totals.converted as all_converted
    from places
    left join by_band
        on
            places.conversion_number = by_band.conversion_number
            and places.model_number = by_band.model_number
            and places.band_number is not distinct from by_band.band_number
    left join totals
        on
            places.conversion_number = totals.conversion_number
            and places.model_number = totals.model_number

)

select
    conversions.conversion_id,
    models.model_id,
    bands.band_id,
    counted.observed,
    counted.converted,
    {{ share('counted.converted', 'counted.observed') }} as rate,
    {{ wilson_bound('counted.converted', 'counted.observed', '-') }} as rate_low,
    {{ wilson_bound('counted.converted', 'counted.observed', '+') }} as rate_high,
    {{ share('counted.converted', 'counted.observed') }} / nullif({{ share('counted.all_converted', 'counted.all_observed') }}, 0) as lift,
    counted.median_days,
    {{ as_of() }} as as_of
from counted
inner join {{ ref('config_conversions') }} as conversions on counted.conversion_number = conversions.conversion_number
inner join {{ ref('config_models') }} as models on counted.model_number = models.model_number
left join {{ ref('config_bands') }} as bands on counted.band_number = bands.band_number
where true {{- learned_anew() }}
