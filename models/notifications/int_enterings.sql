{% set spaced = spaced_instants('instants', 'notify_again_months', 'notify_again_microseconds') -%}

-- The enterings of bands with notify by the contacts whose marts this run makes anew. A contact's first band is none, and
-- neither is an entering within the band's cool-down after the last one that counted.
with enterings as (

    select
        changes.model_number,
        changes.contact_key,
        changes.band_number,
        changes.score,
        bands.notify_again_months,
        bands.notify_again_microseconds,
        changes.valid_from as transitioned_at
    from {{ ref('int_score_changes') }} as changes
    inner join {{ ref('run_moved') }} as moved on changes.contact_key = moved.contact_key
    inner join {{ ref('config_bands') }} as bands on changes.band_number = bands.band_number
    where
        bands.notify
        and changes.had_band
        and changes.previous_band_number is distinct from changes.band_number
        and changes.valid_from <= {{ as_of() }}

),

-- A list for each contact and band with a cool-down.
lists as (

    select
        contact_key,
        band_number,
        notify_again_months,
        notify_again_microseconds,
        array_sort(array_agg(transitioned_at)) as instants
    from enterings
    where notify_again_months is not null
    group by contact_key, band_number, notify_again_months, notify_again_microseconds

),

spaced as (

    select
        contact_key,
        band_number,
        {{ explode_present_in(spaced) }} as transitioned_at -- noqa: PRS
    from lists

)

select enterings.*
from enterings
left join spaced
    on
        enterings.contact_key = spaced.contact_key
        and enterings.band_number = spaced.band_number
        and enterings.transitioned_at = spaced.transitioned_at
where enterings.notify_again_months is null or spaced.transitioned_at is not null
