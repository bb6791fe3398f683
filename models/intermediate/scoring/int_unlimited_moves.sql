{{- config(materialized="view") -}}

-- What each instant adds to a score by entries whose category has no limit.
with limits as (

    select * from {{ ref('config_category_limits') }}

),

entries as (

    select ledger.*
    from {{ touched_rows(ref('fct_score_ledger')) }} as ledger
    left join limits
        on
            ledger.model_id = limits.model_id
            and ledger.category = limits.category
    where limits.model_id is null

)

select
    model_id,
    contact_id,
    points,
    valid_from as moved_at
from entries

union all

select
    model_id,
    contact_id,
    -points as points,
    valid_to as moved_at
from entries
where valid_to is not null

union all

-- A history begins with the contact, even if nothing ever counts.
select
    model_id,
    contact_id,
    0 as points,
    created_at as moved_at
from {{ touched_rows(ref('int_audience')) }}
