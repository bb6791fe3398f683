{# Contacts that a vendor has no more, because they were merged into others: activities may still name them. #}

{% macro latest_merges(told) -%}
    {# Of several words about who was merged into whom, the latest. `told`: the part of the query that has them. #}
    select
        merged_id,
        survivor_id,
        merged_at,
        loaded_at
    from (
        select
            told.*,
            row_number() over (
                partition by merged_id order by merged_at desc nulls last, loaded_at desc, survivor_id desc
            ) as place
        from {{ told }} as told
        where merged_id != '' and merged_id != survivor_id
    ) as placed
    where place = 1
{%- endmacro %}


{% macro merged_away(vendor, survivors, created_at, loaded_at, known=none) -%}
    {#
        Those of whom nothing is left but that they were merged, in the columns of raw contacts, by the vendor's model of merges. `survivors`:
        the part of the query that has the vendor's contacts. `created_at`: its column. `loaded_at`: SQL of it, of `merged` and `survivors`.
        `known`: the part that has those of whom more is left, unless it is the same.
    #}
    {%- set told = {
        'contact_id': "'" ~ vendor ~ ":' || merged.merged_id",
        'created_at': 'coalesce(survivors.' ~ created_at ~ ', merged.merged_at)',
        'updated_at': 'coalesce(merged.merged_at, survivors.' ~ created_at ~ ')',
        'merged_into': "'" ~ vendor ~ ":' || merged.survivor_id",
        'loaded_at': loaded_at,
    } -%}
    select
        {%- for column in raw_registry()['contacts'] | map(attribute='name') %}
        {{ told.get(column, 'null') }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_' ~ vendor ~ '__merges') }} as merged
    left join {{ survivors }} as survivors on merged.survivor_id = survivors.id
    left join {{ known or survivors }} as known on merged.merged_id = known.id
    where known.id is null
{%- endmacro %}
