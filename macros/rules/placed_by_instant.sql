{#
    Places of rows in a group by occurred_at, then by activity id. Ids are text, slow to sort and rarely needed: they are looked up
    for rows that share an instant with another of their group, and for no others.
#}

{% macro ranked_instants(relation, group, condition) -%}
    {# The rows of a relation for which a condition holds: `first_place` among its group (a list of columns), and whether it is shared. #}
    select
        *,
        rank() over ({{ _by_instant(group) }}) as first_place,
        coalesce(
            occurred_at = lag(occurred_at) over ({{ _by_instant(group) }})
            or occurred_at = lead(occurred_at) over ({{ _by_instant(group) }}), false
        ) as is_shared
    from {{ relation }}
    where {{ condition }}
{%- endmacro %}


{% macro placed_by_id(ranked, group, condition) -%}
    {# The same rows, as far as a condition on `ranked` holds for all that share an instant, each with its `place`. #}
    select
        ranked.* {{ except_columns(['first_place', 'is_shared']) }},
        ranked.first_place as place
    from {{ ranked }} as ranked
    where not ranked.is_shared and {{ condition }}

    union all

    select
        ranked.* {{ except_columns(['first_place', 'is_shared']) }},
        ranked.first_place - 1 + row_number() over (
            partition by {% for column in group %}ranked.{{ column }}, {% endfor %}ranked.occurred_at
            order by ids.activity_id
        ) as place
    from {{ ranked }} as ranked
    inner join {{ ref('int_activity_ids') }} as ids on ranked.activity_key = ids.activity_key
    where ranked.is_shared and {{ condition }}
{%- endmacro %}


{% macro _by_instant(group) -%}
    partition by {{ group | join(', ') }} order by occurred_at
{%- endmacro %}
