{{ config(severity='warn', tags=['configuration']) }}
-- A code that no segment holds, or for which several come first: overlaps are decided by priority, unless it is the same.
with scores as (

    {%- for score in range(1, 6) %}
    select {{ score }} as score
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

codes as (

    select
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score,
        concat(recency.score, frequency.score, monetary.score) as rfm_code
    from scores as recency
    cross join scores as frequency
    cross join scores as monetary
    -- Who names no segments at all isn't told 125 times.
    where exists (select 1 from {{ ref('config_rfm_segments') }})

),

fitting as (

    select
        codes.rfm_code,
        segments.rfm_segment,
        segments.priority,
        min(segments.priority) over (partition by codes.rfm_code) as first_priority
    from codes
    left join {{ ref('config_rfm_segments') }} as segments
        on
            codes.recency_score between segments.recency_from and segments.recency_to
            and codes.frequency_score between segments.frequency_from and segments.frequency_to
            and codes.monetary_score between segments.monetary_from and segments.monetary_to

)

select
    rfm_code,
    count(distinct rfm_segment) as segments,
    min(rfm_segment) as one_segment,
    max(rfm_segment) as another_segment
from fitting
where
    rfm_segment is null
    or priority = first_priority
group by rfm_code
having count(distinct rfm_segment) != 1
