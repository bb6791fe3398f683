{{- config(materialized="view", tags=["constant"]) -}}

-- Why a band was entered: the three strongest rules, or edits by hand, by their points valid at that instant.
-- Read by one key first, which an engine looks up while it reads: else all of the ledger comes as far as the join by two.
with entered as (

    select distinct contact_key
    from {{ ref('int_enterings') }}

),

entries as (

    select ledger.*
    from {{ ref('int_ledger') }} as ledger
    inner join entered on ledger.contact_key = entered.contact_key
    where ledger.rule_number is not null or ledger.adjustment_id is not null

),

points as (

    select
        enterings.model_number,
        enterings.contact_key,
        enterings.transitioned_at,
        entries.rule_number,
        cast(round(sum(entries.points), 2) as {{ score_type() }}) as points
    from {{ ref('int_enterings') }} as enterings
    inner join entries
        on
            enterings.model_number = entries.model_number
            and enterings.contact_key = entries.contact_key
            and enterings.transitioned_at >= entries.valid_from
            and (enterings.transitioned_at < entries.valid_to or entries.valid_to is null)
    group by enterings.model_number, enterings.contact_key, enterings.transitioned_at, entries.rule_number

),

worded as (

    select
        points.model_number,
        points.contact_key,
        points.transitioned_at,
        concat(
            coalesce(rules.title, 'Edited by hand'), ' (', case when points.points > 0 then '+' else '' end,
            replace(cast(points.points as {{ dbt.type_string() }}), '.00', ''), ')'
        ) as reason,
        row_number() over (
            partition by points.model_number, points.contact_key, points.transitioned_at
            order by abs(points.points) desc, points.rule_number nulls last
        ) as place
    from points
    left join {{ ref('config_rules') }} as rules on points.rule_number = rules.rule_number
    where points.points != 0

)

select
    model_number,
    contact_key,
    transitioned_at,
    concat_ws(
        ', ',
        max(case when place = 1 then reason end),
        max(case when place = 2 then reason end),
        max(case when place = 3 then reason end)
    ) as reasons
from worded
group by model_number, contact_key, transitioned_at
