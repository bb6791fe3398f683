{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{{- replaces_rows_by(['int_touched_contacts']) }}

-- Every change of a published score, past and to come, a row each; the first row of a contact begins its history.
with moves as (

    select * from {{ ref('int_unlimited_moves') }}

    union all

    select * from {{ ref('int_limited_moves') }}

),

-- What moves at one instant is netted; models and contacts go by numbers, which are sorted faster.
instants as (

    select
        models.model_number,
        contacts.contact_number,
        moves.moved_at,
        sum(moves.points) as points
    from moves
    inner join {{ ref('config_model_limits') }} as models on moves.model_id = models.model_id
    inner join {{ ref('int_contact_numbers') }} as contacts on moves.contact_id = contacts.contact_id
    group by models.model_number, contacts.contact_number, moves.moved_at

),

totals as (

    select
        model_number,
        contact_number,
        points,
        moved_at,
        sum(points) over (
            partition by model_number, contact_number
            order by moved_at
            rows between unbounded preceding and current row
        ) as points_after,
        lag(moved_at) over (partition by model_number, contact_number order by moved_at) as previous_moved_at
    from instants

),

published as (

    select
        models.model_id,
        contacts.contact_id,
        case
            when totals.previous_moved_at is not null
                then {{ published_score('totals.points_after - totals.points', 'models') }}
        end as previous_score,
        {{ published_score('totals.points_after', 'models') }} as score,
        totals.moved_at as changed_at
    from totals
    inner join {{ ref('config_model_limits') }} as models on totals.model_number = models.model_number
    inner join {{ ref('int_contact_numbers') }} as contacts on totals.contact_number = contacts.contact_number

)

select
    model_id,
    contact_id,
    previous_score,
    score,
    changed_at
from published
where score is distinct from previous_score
