{{- config(materialized="view", tags=["constant"]) -}}

-- A day's closing score is its last one before the next midnight; of the as_of day, the one at as_of. Its opening score is the
-- one before its first.
with closing as (

    select
        changes.*,
        models.model_id
    from {{ ref('int_score_changes') }} as changes
    inner join {{ ref('run_models') }} as models on changes.model_number = models.model_number
    -- No condition of the join: DuckDB would expect hardly any rows, and make its tables of all days instead of the small ones.
    where coalesce(changes.valid_from <= models.as_of and (changes.closes_day or changes.valid_to > models.as_of), false)

)

select
    closing.model_id,
    contacts.contact_id,
    bands.band_id,
    closing.score,
    closing.local_date as snapshot_date
from closing
left join {{ ref('int_score_changes') }} as opening
    on
        closing.model_number = opening.model_number
        and closing.contact_key = opening.contact_key
        and closing.local_date = opening.local_date
        and opening.opens_day
        and not closing.opens_day
inner join {{ ref('int_contact_keys') }} as contacts on closing.contact_key = contacts.contact_key
left join {{ ref('config_bands') }} as bands on closing.band_number = bands.band_number
where closing.opens_day or opening.previous_score is null or closing.score != opening.previous_score
