{{- config(materialized="incremental", schema="store", incremental_strategy="run_contacts") -}}
-- depends_on: {{ ref('run_contacts') }}

-- Each published score of the run's contacts, past and to come, a row a score: from when until when, and in which band. The first
-- one of a contact begins its history.
with netted as (

    select
        model_number,
        contact_key,
        moved_at,
        sum(points) as points
    from {{ ref('int_score_moves') }}
    group by model_number, contact_key, moved_at

),

summed as (

    select
        model_number,
        contact_key,
        moved_at,
        points,
        sum(points) over (
            partition by model_number, contact_key
            order by moved_at
            rows between unbounded preceding and current row
        ) as points_after,
        lag(moved_at) over (partition by model_number, contact_key order by moved_at) as previous_moved_at
    from netted

),

models as (

    select
        models.model_number,
        models.minimum_score,
        models.maximum_score,
        coalesce(sum(limits.empty_points), 0) as empty_points
    from {{ ref('config_models') }} as models
    left join {{ ref('config_category_limits') }} as limits on models.model_number = limits.model_number
    group by models.model_number, models.minimum_score, models.maximum_score

),

-- Within the limits of the model.
limited as (

    select
        summed.model_number,
        summed.contact_key,
        summed.previous_moved_at,
        {{ within(
            'summed.points_after - summed.points + models.empty_points', 'models.minimum_score', 'models.maximum_score'
        ) }} as points_before,
        {{ within('summed.points_after + models.empty_points', 'models.minimum_score', 'models.maximum_score') }} as points_after,
        summed.moved_at
    from summed
    inner join models on summed.model_number = models.model_number

),

published as {{ kept_whole() }} (

    select
        model_number,
        contact_key,
        case when previous_moved_at is not null then {{ published_score('points_before') }} end as previous_score,
        {{ published_score('points_after') }} as score,
        moved_at as valid_from
    from limited

),

banded as (

    select
        published.*,
        bands.band_number
    from published
    left join {{ ref('config_bands') }} as bands
        on
            published.model_number = bands.model_number
            and {{ in_band('published.score', 'bands') }}
    where published.score is distinct from published.previous_score

),

neighbours as (

    select
        *,
        lag(band_number) over (partition by model_number, contact_key order by valid_from) as previous_band_number,
        max(band_number) over (
            partition by model_number, contact_key
            order by valid_from
            rows between unbounded preceding and 1 preceding
        ) is not null as had_band,
        lag(valid_from) over (partition by model_number, contact_key order by valid_from) as previous_from,
        lead(valid_from) over (partition by model_number, contact_key order by valid_from) as valid_to
    from banded

)

select
    model_number,
    contact_key,
    band_number,
    previous_band_number,
    score,
    previous_score,
    had_band,
    ({{ local_date('valid_from') }} is distinct from {{ local_date('previous_from') }}) as opens_day,
    ({{ local_date('valid_from') }} is distinct from {{ local_date('valid_to') }}) as closes_day,
    {{ local_date('valid_from') }} as local_date,
    valid_from,
    valid_to
from neighbours
