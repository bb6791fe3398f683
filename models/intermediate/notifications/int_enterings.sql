{% set spaced = spaced_instants('instants', 'notify_again_months', 'notify_again_microseconds') -%}

-- The enterings of bands with notify: of the contacts that an incremental run looks at, of all in a full one. A contact's first
-- band is none, and neither is an entering within the band's cool-down after the last one that counted.
with enterings as (

    select
        transitions.model_id,
        transitions.contact_id,
        transitions.to_band_id as band_id,
        bands.action,
        transitions.score,
        bands.notify_again_months,
        bands.notify_again_microseconds,
        transitions.transitioned_at
    from {{ notified_rows(ref('band_transitions')) }} as transitions
    inner join {{ ref('config_bands') }} as bands
        on
            transitions.model_id = bands.model_id
            and transitions.to_band_id = bands.band_id
    where bands.notify and transitions.direction is not null

),

-- A list for each contact and band with a cool-down.
lists as (

    select
        model_id,
        contact_id,
        band_id,
        notify_again_months,
        notify_again_microseconds,
        {{ sorted_list('transitioned_at') }} as instants
    from enterings
    where notify_again_months is not null
    group by model_id, contact_id, band_id, notify_again_months, notify_again_microseconds

),

spaced as (

    select
        model_id,
        contact_id,
        band_id,
        {{ explode_present_in(spaced) }} as transitioned_at -- noqa: PRS
    from lists

)

select enterings.*
from enterings
left join spaced
    on
        enterings.model_id = spaced.model_id
        and enterings.contact_id = spaced.contact_id
        and enterings.band_id = spaced.band_id
        and enterings.transitioned_at = spaced.transitioned_at
where enterings.notify_again_months is null or spaced.transitioned_at is not null
