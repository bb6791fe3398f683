-- Why a band was entered: the three strongest rules, or edits by hand, by their points valid at that instant.
with points as (

    select
        enterings.model_id,
        enterings.contact_id,
        enterings.transitioned_at,
        ledger.rule_id,
        cast(round(sum(ledger.points), 2) as {{ score_type() }}) as points
    from {{ ref('int_enterings') }} as enterings
    inner join {{ notified_rows(ref('fct_score_ledger')) }} as ledger
        on
            enterings.model_id = ledger.model_id
            and enterings.contact_id = ledger.contact_id
            and enterings.transitioned_at >= ledger.valid_from
            and (enterings.transitioned_at < ledger.valid_to or ledger.valid_to is null)
    where ledger.entry_type != 'start'
    group by enterings.model_id, enterings.contact_id, enterings.transitioned_at, ledger.rule_id

),

worded as (

    select
        points.model_id,
        points.contact_id,
        points.transitioned_at,
        concat(
            coalesce(rules.title, 'Edited by hand'), ' (', case when points.points > 0 then '+' else '' end,
            replace(cast(points.points as {{ dbt.type_string() }}), '.00', ''), ')'
        ) as reason,
        row_number() over (
            partition by points.model_id, points.contact_id, points.transitioned_at
            order by abs(points.points) desc, points.rule_id nulls last
        ) as place
    from points
    left join {{ ref('config_rules') }} as rules on points.rule_id = rules.rule_id
    where points.points != 0

)

select
    model_id,
    contact_id,
    concat_ws(
        ', ',
        max(case when place = 1 then reason end),
        max(case when place = 2 then reason end),
        max(case when place = 3 then reason end)
    ) as reasons,
    transitioned_at
from worded
group by model_id, contact_id, transitioned_at
