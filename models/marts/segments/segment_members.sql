with additions as (

    select
        segment_id,
        contact_id,
        max_by(changed_at, run_number) as member_since
    from {{ ref('segment_changes') }}
    where change = 'added'
    group by segment_id, contact_id

)

select
    members.segment_id,
    members.contact_id,
    members.is_mailable,
    additions.member_since
from {{ ref('int_segment_matches') }} as members
left join additions
    on
        members.segment_id = additions.segment_id
        and members.contact_id = additions.contact_id
