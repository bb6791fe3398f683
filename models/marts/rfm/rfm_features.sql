-- A negative line is money back: it says nothing of when somebody ordered.
with transactions as (

    select
        people.survivor_key as contact_key,
        sum(lines.amount) as amount,
        case when sum(lines.amount) > 0 then min(lines.occurred_at) filter (where lines.amount >= 0) end as first_ordered_at,
        case when sum(lines.amount) > 0 then max(lines.occurred_at) filter (where lines.amount >= 0) end as last_ordered_at
    from {{ ref('int_transaction_lines') }} as lines
    inner join {{ ref('int_contacts') }} as people on lines.contact_key = people.contact_key
    where
        people.survivor_key is not null
        and lines.is_cancelled is not true
        and lines.is_unconverted is not true
        and lines.occurred_at <= {{ as_of() }}
        and {{ in_rfm_window('lines.occurred_at') }}
    group by people.survivor_key, lines.transaction_id

),

features as (

    select
        contact_key,
        count(last_ordered_at) as frequency,
        cast(sum(amount) as {{ number_type() }}) as monetary,
        min(first_ordered_at) as first_ordered_at,
        max(last_ordered_at) as last_ordered_at,
        -- Whole 24 hours.
        cast(floor({{ microseconds_between('max(last_ordered_at)', as_of()) }} / 86400000000) as bigint) as recency_days
    from transactions
    group by contact_key
    having count(last_ordered_at) > 0

),

{% if rfm_scoring() == 'rank' -%}
-- By rank, so that equal values never get different scores: 1 + the contacts that are strictly worse.
ranked as (

    select
        *,
        rank() over (order by recency_days desc) - 1 as worse_recency,
        rank() over (order by frequency) - 1 as worse_frequency,
        rank() over (order by monetary) - 1 as worse_monetary,
        count(*) over () as contacts
    from features

),

scored as (

    select
        *,
        cast(1 + floor(worse_recency * 5 / contacts) as integer) as recency_score,
        cast(1 + floor(worse_frequency * 5 / contacts) as integer) as frequency_score,
        cast(1 + floor(worse_monetary * 5 / contacts) as integer) as monetary_score
    from ranked

),
{%- else -%}
-- As R's package rfm does: cut at the 20, 40, 60 and 80 % quantiles (type 7) + 1, lower <= x < upper.
cuts as (

    select
        {%- for share in [20, 40, 60, 80] %}
        percentile_cont({{ share / 100 }}) within group (order by cast(recency_days as double)) + 1 as recency_{{ share }},
        percentile_cont({{ share / 100 }}) within group (order by cast(frequency as double)) + 1 as frequency_{{ share }},
        percentile_cont({{ share / 100 }}) within group (order by cast(monetary as double)) + 1 as monetary_{{ share }}{{ ',' if not loop.last }}
        {%- endfor %}
    from features

),

scored as (

    select
        features.*,
        5{% for share in [20, 40, 60, 80] %} - case when features.recency_days >= cuts.recency_{{ share }} then 1 else 0 end{% endfor %} as recency_score,
        1{% for share in [20, 40, 60, 80] %} + case when features.frequency >= cuts.frequency_{{ share }} then 1 else 0 end{% endfor %} as frequency_score,
        1{% for share in [20, 40, 60, 80] %} + case when features.monetary >= cuts.monetary_{{ share }} then 1 else 0 end{% endfor %} as monetary_score
    from features
    cross join cuts

),
{%- endif %}

named as (

    select
        scored.*,
        segments.rfm_segment,
        row_number() over (
            partition by scored.contact_key
            order by segments.priority nulls last, segments.rfm_segment
        ) as place
    from scored
    left join {{ ref('config_rfm_segments') }} as segments
        on
            scored.recency_score between segments.recency_from and segments.recency_to
            and scored.frequency_score between segments.frequency_from and segments.frequency_to
            and scored.monetary_score between segments.monetary_from and segments.monetary_to

)

select
    contacts.contact_id,
    concat(named.recency_score, named.frequency_score, named.monetary_score) as rfm_code,
    named.rfm_segment,
    named.recency_days,
    named.frequency,
    named.monetary,
    named.recency_score,
    named.frequency_score,
    named.monetary_score,
    named.first_ordered_at,
    named.last_ordered_at
from named
inner join {{ ref('int_contact_keys') }} as contacts on named.contact_key = contacts.contact_key
where named.place = 1
