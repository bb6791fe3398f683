{{- config(materialized="incremental", schema="store", incremental_strategy="run_moved") -}}

-- The three rules that add most to a score and the three that take most away, by their points valid at as_of.
with sums as (

    select
        ledger.model_number,
        ledger.contact_key,
        ledger.rule_number,
        cast(sum(ledger.points) as decimal(38, 8)) as points
    from {{ ref('int_ledger') }} as ledger
    inner join {{ ref('run_moved') }} as moved on ledger.contact_key = moved.contact_key
    where
        ledger.rule_number is not null
        and ledger.valid_from <= {{ as_of() }}
        and (ledger.valid_to is null or ledger.valid_to > {{ as_of() }})
    group by ledger.model_number, ledger.contact_key, ledger.rule_number

),

ranked as (

    select
        *,
        row_number() over (
            partition by model_number, contact_key, points > 0
            order by abs(points) desc, rule_number
        ) as place
    from sums
    where points != 0

)

select
    model_number,
    contact_key,
    rule_number,
    cast(place as integer) as place,
    points
from ranked
where place <= 3
