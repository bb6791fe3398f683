{{- config(materialized="incremental", incremental_strategy="moved_contacts") -}}

-- The three rules that add most to a score and the three that take most away, by their points valid at as_of.
with sums as (

    select
        model_id,
        contact_id,
        rule_id,
        cast(sum(points) as {{ points_type() }}) as points
    from {{ moved_rows(ref('fct_score_ledger')) }}
    where
        rule_id is not null
        and valid_from <= {{ as_of() }}
        and (valid_to is null or valid_to > {{ as_of() }})
    group by model_id, contact_id, rule_id

),

signed as (

    select
        *,
        case when points > 0 then 'for' else 'against' end as sign
    from sums
    where points != 0

),

ranked as (

    select
        *,
        row_number() over (partition by model_id, contact_id, sign order by abs(points) desc, rule_id) as place
    from signed

)

select
    ranked.model_id,
    ranked.contact_id,
    ranked.sign,
    ranked.rule_id,
    rules.title,
    cast(ranked.place as integer) as rank,
    ranked.points
from ranked
inner join {{ ref('config_rules') }} as rules on ranked.rule_id = rules.rule_id
where ranked.place <= 3
