{{-
    config(
        materialized="incremental",
        incremental_strategy="from_open_publication",
        on_schema_change="append_new_columns",
        full_refresh=false,
    )
-}}

-- depends_on: {{ ref('run_plan') }}

-- What each run changed in the segments against the last one that finished. A record of publications: it is never rebuilt.
with members as (

    select
        segment_id,
        contact_id,
        content_hash,
        is_mailable
    from {{ ref('int_segment_matches') }}

),

{% if is_incremental() -%}
members_before as (

    select
        segment_id,
        contact_id,
        max_by(content_hash, run_number) as content_hash
    from {{ this }}
    where run_number < {{ first_open_publication() }}
    group by segment_id, contact_id
    having max_by(change, run_number) != 'removed'

),
{%- else -%}
members_before as (

    select
        segment_id,
        contact_id,
        content_hash
    from members
    where false

),
{%- endif %}

changes as (

    select
        coalesce(members.segment_id, members_before.segment_id) as segment_id,
        coalesce(members.contact_id, members_before.contact_id) as contact_id,
        case
            when members_before.contact_id is null then 'added'
            when members.contact_id is null then 'removed'
            else 'updated'
        end as change,
        cast({{ publication_number() }} as bigint) as run_number,
        coalesce(members.content_hash, members_before.content_hash) as content_hash,
        coalesce(members.is_mailable, false) as is_mailable,
        {{ as_of() }} as changed_at
    from members
    full outer join members_before
        on
            members.segment_id = members_before.segment_id
            and members.contact_id = members_before.contact_id
    where members.content_hash is distinct from members_before.content_hash

)

select * from changes
