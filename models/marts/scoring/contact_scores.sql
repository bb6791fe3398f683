with score_counts as (

    select
        model_id,
        score,
        count(*) as contacts
    from {{ ref('int_current_scores') }}
    group by model_id, score

),

-- Rank and percentile of a score, from how many contacts have each.
places as (

    select
        model_id,
        score,
        sum(contacts) over (partition by model_id order by score) - contacts as lower_scores,
        sum(contacts) over (partition by model_id order by score desc) - contacts as higher_scores,
        sum(contacts) over (partition by model_id) as all_scores
    from score_counts

),

banded as (

    select
        places.*,
        bands.band_id,
        bands.title as band_title,
        bands.action
    from places
    left join {{ ref('config_bands') }} as bands
        on
            places.model_id = bands.model_id
            and {{ in_band('places.score', 'bands') }}

)

select
    scores.model_id,
    scores.contact_id,
    banded.band_id,
    banded.band_title,
    banded.action,
    scores.score,
    scores.unlimited_score,
    cast(1 + banded.higher_scores as bigint) as score_rank,
    cast(100 * banded.lower_scores as double) / banded.all_scores as percentile,
    scores.last_changed_at,
    scores.next_change_at,
    scores.history_began_at,
    {{ as_of() }} as as_of
from {{ ref('int_current_scores') }} as scores
inner join banded
    on
        scores.model_id = banded.model_id
        and scores.score = banded.score
