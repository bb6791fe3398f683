{% macro id_mistakes() -%}
    {# Ids that occur twice, and ids that are referred to but don't exist. -#}
    {%- for seed in seed_registry() if key_columns(seed) %}
    {%- set keys = key_columns(seed) %}
    -- check: {{ keys | join(', ') }} {{ 'occurs' if keys | length == 1 else 'occur together' }} once in {{ seed }}
    {{ mistaken_cells(
        "'row ' || cast(keyed.first_row as " ~ dbt.type_string() ~ ") || ' has the same " ~ (keys | join(', ')) ~ "'",
        "'each " ~ (keys | join(', ')) ~ " once'",
    ) }}
    inner join (
        select
            row_number,
            min(row_number) over (partition by {{ keys | join(', ') }}) as first_row
        from {{ seed }}
        where {{ keys | join(' is not null and ') }} is not null
    ) as keyed
        on {{ same_row('keyed', seed=seed, column=keys | last) }}
    where keyed.row_number > keyed.first_row

    union all
    {% endfor %}
    -- check: an id that is referred to exists
    {{ mistaken_cells(
        "cells.shown || ' is not a ' || seed_references.to_column || ' of ' || seed_references.to_seed",
        "coalesce(known_id_lists.ids, 'nothing: ' || seed_references.to_seed || ' has no rows')",
    ) }}
    inner join seed_references
        on cells.seed = seed_references.seed and cells.column_name = seed_references.column_name
    left join known_ids
        on
            seed_references.to_seed = known_ids.seed
            and seed_references.to_column = known_ids.column_name
            and cells.value = known_ids.id
    left join known_id_lists
        on seed_references.to_seed = known_id_lists.seed and seed_references.to_column = known_id_lists.column_name
    where cells.value is not null and known_ids.id is null
{%- endmacro %}


{% macro known_ids() -%}
    {# The ids that columns of other seeds may refer to. -#}
    select distinct
        cells.seed,
        cells.column_name,
        cells.value as id
    from cells
    inner join seed_references
        on cells.seed = seed_references.to_seed and cells.column_name = seed_references.to_column
    where cells.value is not null
{%- endmacro %}


{% macro known_id_lists() -%}
    {# The same, as text. -#}
    select
        seed,
        column_name,
        {{ listed('id') }} as ids
    from known_ids
    group by seed, column_name
{%- endmacro %}
