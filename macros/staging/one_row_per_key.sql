{% macro one_row_per_key(relation, table, key, wins) -%}
    {#
        The rows of `relation` (staged rows of a raw table), one for each `key` (a list of columns): the first or the last
        loaded, as `wins` says. Only rows whose key occurs more than once are sorted. In a full run pass a table or view, not
        a part of the query: an engine would keep a part that is read several times.
    #}
    {%- set direction = 'asc' if wins == 'first' else 'desc' -%}
    {%- set hashed = [] -%}
    {%- for column in key -%}
        {%- do hashed.append('loaded.' ~ column) -%}
    {%- endfor -%}
    {%- set key_hash = row_hash(hashed) -%}
    -- By a number made of the key: quick to count, and where two keys have the same, both are ranked in vain.
    with repeated_keys as (

        select {{ key_hash }} as key_hash
        from {{ relation }} as loaded
        group by {{ key_hash }}
        having count(*) > 1

    )

    select loaded.*
    from {{ relation }} as loaded
    left join repeated_keys as repeated on {{ key_hash }} = repeated.key_hash
    where repeated.key_hash is null

    union all

    select ranked.* {{ except_columns(['place']) }}
    from (
        select
            loaded.*,
            row_number() over (
                partition by {{ hashed | join(', ') }}
                order by
                    loaded.loaded_at {{ direction }}
                    {%- for column in raw_registry()[table] %},
                    loaded.{{ column.name }} {{ direction }} {{ 'nulls last' if wins == 'first' else 'nulls first' }}
                    {%- endfor %}
            ) as place
        from {{ relation }} as loaded
        inner join repeated_keys as repeated on {{ key_hash }} = repeated.key_hash
    ) as ranked
    where ranked.place = 1
{%- endmacro %}
