{{- config(materialized="view", tags=["constant"]) -}}

with sizes as (

    select
        segment_id,
        count(*) as members,
        count(*) filter (where is_mailable) as mailable_members
    from {{ ref('segment_members') }}
    group by segment_id

)

select
    segments.segment_id,
    segments.title,
    segments.description,
    coalesce(sizes.members, 0) as members,
    coalesce(sizes.mailable_members, 0) as mailable_members,
    segments.requires_consent
from {{ ref('config_segments') }} as segments
left join sizes on segments.segment_id = sizes.segment_id
