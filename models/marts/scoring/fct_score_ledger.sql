{{- config(materialized="incremental", incremental_strategy="touched_contacts") -}}

{{- replaces_rows_by(['int_touched_contacts']) }}

-- The sets that lose to another at the same instant are left out; the others come with their rows.
with entries as (

    select entries.*
    from {{ ref('int_entries') }} as entries
    where entries.operation != 'set'

    union all

    select sets.* {{ except_columns(['previous_set_at']) }}
    from {{ ref('int_sets') }} as sets

),

-- The first set after an entry's start ends it.
cut as (

    select
        entries.*,
        {{ earliest(['entries.valid_to', 'sets.starts_at']) }} as cut_at
    from entries
    left join {{ ref('int_sets') }} as sets
        on
            entries.model_id = sets.model_id
            and entries.contact_id = sets.contact_id
            and entries.starts_at < sets.starts_at
            and (sets.previous_set_at is null or entries.starts_at >= sets.previous_set_at)

)

select
    entry_id,
    model_id,
    contact_id,
    entry_type,
    rule_id,
    activity_id,
    category,
    operation,
    note,
    author,
    points,
    valid_from,
    cut_at as valid_to
from cut
where cut_at is null or valid_from < cut_at
