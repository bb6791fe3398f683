{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

-- How many had each score when they were observed, and how many of them converted.
select
    conversion_number,
    model_number,
    score,
    count(*) as observed,
    count(converted_at) as converted
from {{ ref('int_observations') }}
where true {{- learned_anew() }}
group by conversion_number, model_number, score
