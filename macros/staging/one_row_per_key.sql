{% macro one_row_per_key(relation, table, key, wins) -%}
    {#
        The rows of `relation` (staged rows of a raw table), one for each `key` (a list of columns): the first or the last
        loaded, as `wins` says. Only rows whose key occurs more than once are sorted. In a full run pass a table or view, not
        a part of the query: an engine would keep a part that is read several times.
    #}
    {%- set same_key = [] -%}
    {%- for column in key -%}
        {%- do same_key.append('loaded.' ~ column ~ ' = repeated.' ~ column) -%}
    {%- endfor -%}
    {%- set direction = 'asc' if wins == 'first' else 'desc' -%}
    with repeated_keys as (

        select {{ key | join(', ') }}
        from {{ relation }}
        group by {{ key | join(', ') }}
        having count(*) > 1

    )

    select loaded.*
    from {{ relation }} as loaded
    left join repeated_keys as repeated on {{ same_key | join(' and ') }}
    where repeated.{{ key[0] }} is null

    union all

    select ranked.* {{ except_columns(['place']) }}
    from (
        select
            loaded.*,
            row_number() over (
                partition by {% for column in key %}loaded.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by
                    loaded.loaded_at {{ direction }}
                    {%- for column in raw_registry()[table] %},
                    loaded.{{ column.name }} {{ direction }} {{ 'nulls last' if wins == 'first' else 'nulls first' }}
                    {%- endfor %}
            ) as place
        from {{ relation }} as loaded
        inner join repeated_keys as repeated on {{ same_key | join(' and ') }}
    ) as ranked
    where ranked.place = 1
{%- endmacro %}
