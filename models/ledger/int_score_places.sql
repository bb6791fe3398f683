{{- config(schema="store") -}}

-- The rank and percentile of each score that some contact has in a model, from how many contacts have which.
with counted as (

    select
        model_number,
        score,
        count(*) as contacts
    from {{ ref('int_scores') }}
    group by model_number, score

),

summed as (

    select
        model_number,
        score,
        sum(contacts) over (partition by model_number order by score) - contacts as lower_scores,
        sum(contacts) over (partition by model_number order by score desc) - contacts as higher_scores,
        sum(contacts) over (partition by model_number) as all_scores
    from counted

)

select
    model_number,
    score,
    cast(1 + higher_scores as bigint) as score_rank,
    cast(100 * lower_scores as double) / all_scores as percentile
from summed
