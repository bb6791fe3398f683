{{- config(materialized="incremental", schema="store", incremental_strategy="run_moved") -}}

-- The score of each contact at as_of, and when it changed and will change.
with current_scores as (

    select changes.*
    from {{ ref('int_score_changes') }} as changes
    inner join {{ ref('run_moved') }} as moved on changes.contact_key = moved.contact_key
    where changes.valid_from <= {{ as_of() }} and (changes.valid_to is null or changes.valid_to > {{ as_of() }})

),

-- The first score of a contact begins its history.
beginnings as (

    select
        changes.model_number,
        changes.contact_key,
        changes.valid_from
    from {{ ref('int_score_changes') }} as changes
    inner join {{ ref('run_moved') }} as moved on changes.contact_key = moved.contact_key
    where changes.previous_score is null

),

unlimited as (

    select
        ledger.model_number,
        ledger.contact_key,
        sum(ledger.points) as points
    from {{ ref('int_ledger') }} as ledger
    inner join {{ ref('run_moved') }} as moved on ledger.contact_key = moved.contact_key
    where ledger.valid_from <= {{ as_of() }} and (ledger.valid_to is null or ledger.valid_to > {{ as_of() }})
    group by ledger.model_number, ledger.contact_key

)

select
    current_scores.model_number,
    current_scores.contact_key,
    current_scores.band_number,
    current_scores.score,
    cast(coalesce(unlimited.points, 0) as decimal(38, 8)) as unlimited_score,
    case when current_scores.previous_score is not null then current_scores.valid_from end as last_changed_at,
    current_scores.valid_to as next_change_at,
    beginnings.valid_from as history_began_at
from current_scores
inner join beginnings
    on
        current_scores.model_number = beginnings.model_number
        and current_scores.contact_key = beginnings.contact_key
left join unlimited
    on
        current_scores.model_number = unlimited.model_number
        and current_scores.contact_key = unlimited.contact_key
