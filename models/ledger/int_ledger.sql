{{- config(materialized="incremental", schema="store", incremental_strategy="run_contacts") -}}

-- depends_on: {{ ref('run_contacts') }}

-- Every entry of the run's contacts: a row a step where its points decay, cut by sets.
-- Of sets at one instant the manual one wins, then the greatest id (contract 4.6).
with set_entries as (

    select * from {{ ref('int_entries') }}
    where is_set

),

-- Few, in most projects: an engine reads no other ids of the millions.
ids as (

    select ids.*
    from {{ ref('int_activity_ids') }} as ids
    where ids.activity_key in (select set_entries.activity_key from set_entries)

),

ranked_sets as (

    select
        entries.*,
        row_number() over (
            partition by entries.model_number, entries.contact_key, entries.starts_at
            order by
                case when entries.adjustment_id is null then 1 else 0 end,
                entries.adjustment_id desc,
                entries.rule_number desc,
                ids.activity_id desc
        ) as place
    from set_entries as entries
    left join ids on entries.activity_key = ids.activity_key

),

sets as (

    select
        ranked_sets.* {{ except_columns(['place']) }},
        lag(starts_at) over (partition by model_number, contact_key order by starts_at) as previous_set_at
    from ranked_sets
    where place = 1

),

-- A rule's set that loses to another at the same instant stays, for no time: it is one of the points that the rule gave.
kept as (

    select * from {{ ref('int_entries') }}
    where not is_set

    union all

    select sets.* {{ except_columns(['previous_set_at']) }}
    from sets

    union all

    select
        ranked_sets.* {{ except_columns(['valid_to', 'place']) }},
        valid_from as valid_to
    from ranked_sets
    where place > 1 and rule_number is not null

),

-- The first set after an entry's start ends it.
cut as (

    select
        kept.* {{ except_columns(['valid_to', 'is_set']) }},
        least(kept.valid_to, sets.starts_at) as valid_to
    from kept
    left join sets
        on
            kept.model_number = sets.model_number
            and kept.contact_key = sets.contact_key
            and kept.starts_at < sets.starts_at
            and (sets.previous_set_at is null or kept.starts_at >= sets.previous_set_at)

)

select * from cut
where valid_from < valid_to or valid_to is null or (step = 0 and valid_from = valid_to)
