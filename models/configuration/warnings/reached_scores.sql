{{- config(materialized="view") -}}

{#- Beyond all points. -#}
{%- set infinity = 'cast(1000000000000 as ' ~ number_type() ~ ')' -%}
-- depends_on: {{ ref('config_errors') }}

-- How many entries of a rule may count at once, if that is known.
with rules as (

    select
        *,
        per_field is not null as is_proportional,
        case
            when recurrence in ('first', 'while') then 1
            when rule_trigger = 'activity' and limit_period is null then limit_count
        end as most_entries
    from {{ ref('config_rules') }}

),

categories as (

    select
        model_number,
        category,
        sum(case
            when is_proportional or (points > 0 and most_entries is null) then {{ infinity }}
            else greatest(points, 0) * coalesce(most_entries, 0)
        end) as highest,
        sum(case
            when is_proportional or (points < 0 and most_entries is null) then -{{ infinity }}
            else least(points, 0) * coalesce(most_entries, 0)
        end) as lowest
    from rules
    where operation in ('add', 'subtract')
    group by model_number, category

),

limited as (

    select
        coalesce(categories.model_number, limits.model_number) as model_number,
        {{ within('coalesce(categories.highest, 0)', 'limits.minimum', 'limits.maximum') }} as highest,
        {{ within('coalesce(categories.lowest, 0)', 'limits.minimum', 'limits.maximum') }} as lowest
    from categories
    full outer join {{ ref('config_category_limits') }} as limits
        on categories.model_number = limits.model_number and categories.category = limits.category

),

sets as (

    select
        model_number,
        case when is_proportional then {{ infinity }} else points end as highest,
        case when is_proportional then -{{ infinity }} else points end as lowest
    from rules
    where operation = 'set'

),

-- Where the sum begins: without points, at the starting points, or at a set.
begun as (

    select
        models.model_number,
        models.model_id,
        greatest(0, max(models.starting_points), coalesce(max(sets.highest), 0)) as highest,
        least(0, min(models.starting_points), coalesce(min(sets.lowest), 0)) as lowest
    from {{ ref('config_models') }} as models
    left join sets on models.model_number = sets.model_number
    group by models.model_number, models.model_id

)

select
    begun.model_id,
    round(begun.highest + coalesce(sum(limited.highest), 0), 2) as highest,
    round(begun.lowest + coalesce(sum(limited.lowest), 0), 2) as lowest
from begun
left join limited on begun.model_number = limited.model_number
-- A model without rules is scored by hand.
where begun.model_number in (select rules.model_number from rules)
group by begun.model_id, begun.highest, begun.lowest
