-- The last change of everybody who was ever in a segment says whether he is one now; each run tells of nobody twice.
with last_changes as (

    select
        segment_id,
        contact_id,
        max_by(change, run_number) as change,
        count(*) - count(distinct run_number) as told_again
    from {{ ref('segment_changes') }}
    group by segment_id, contact_id

)

select
    coalesce(members.segment_id, last_changes.segment_id) as segment_id,
    coalesce(members.contact_id, last_changes.contact_id) as contact_id,
    last_changes.change
from {{ ref('segment_members') }} as members
full outer join last_changes
    on
        members.segment_id = last_changes.segment_id
        and members.contact_id = last_changes.contact_id
where
    (members.contact_id is null) != coalesce(last_changes.change = 'removed', false)
    or last_changes.told_again > 0
