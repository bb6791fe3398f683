-- How many contacts of each model score at least so many points: a band's lower end is chosen from the right-hand columns.
with scores as (

    select
        model_id,
        score,
        percentile
    from {{ ref('contact_scores') }}

)

select
    model_id,
    count(*) as contacts,
    min(case when percentile >= 50 then score end) as score_of_the_best_half,
    min(case when percentile >= 80 then score end) as score_of_the_best_20_percent,
    min(case when percentile >= 90 then score end) as score_of_the_best_10_percent,
    min(case when percentile >= 99 then score end) as score_of_the_best_1_percent
from scores
group by model_id
order by model_id
