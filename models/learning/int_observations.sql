{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

-- What each contact's score was at instants of the past, a row a conversion, model, contact and instant, and when it converted
-- within the horizon after it. Whoever had converted by then isn't observed.
with instants as (

    select
        conversion_number,
        horizon_months,
        horizon_microseconds,
        {{ add_duration(
            add_duration(as_of(), '-horizon_months', '-horizon_microseconds'),
            '-observation * observe_every_months', '-observation * observe_every_microseconds',
        ) }} as observed_at
    from (
        select
            *,
            {{ explode_range('observations - 1') }} as observation
        from {{ ref('config_conversions') }}
    ) as observations

),

observed as (

    select
        instants.conversion_number,
        audience.model_number,
        audience.contact_key,
        instants.observed_at,
        case
            when
                conversions.converted_at
                <= {{ add_duration('instants.observed_at', 'instants.horizon_months', 'instants.horizon_microseconds') }}
                then conversions.converted_at
        end as converted_at
    from {{ ref('int_audience') }} as audience
    inner join instants on audience.created_at <= instants.observed_at
    left join {{ ref('int_conversions') }} as conversions
        on
            instants.conversion_number = conversions.conversion_number
            and audience.contact_key = conversions.contact_key
    where conversions.converted_at is null or conversions.converted_at > instants.observed_at

)

select
    observed.conversion_number,
    observed.model_number,
    observed.contact_key,
    changes.band_number,
    changes.score,
    observed.observed_at,
    observed.converted_at
from observed
inner join {{ ref('int_score_changes') }} as changes
    on
        observed.model_number = changes.model_number
        and observed.contact_key = changes.contact_key
        and observed.observed_at >= changes.valid_from
        and (changes.valid_to is null or observed.observed_at < changes.valid_to)
where true {{- learned_anew() }}
