{% macro limit_mistakes() -%}
    {# Limits of models and categories, and ranges of RFM segments. -#}
    {%- set pairs = [
        ['scoring_models', 'minimum_score', 'maximum_score', 'points'], ['category_limits', 'minimum', 'maximum', 'points'],
        ['rfm_segments', 'recency_from', 'recency_to', 'decimal'], ['rfm_segments', 'frequency_from', 'frequency_to', 'decimal'],
        ['rfm_segments', 'monetary_from', 'monetary_to', 'decimal'],
    ] %}
    {%- for seed, low, high, type in pairs %}
    -- check: {{ low }} of {{ seed }} is not above {{ high }}
    {{ mistaken_cells("'" ~ low ~ " lies above " ~ high ~ "'", "'a number at or below " ~ high ~ "'") }}
    inner join {{ seed }}
        on {{ same_row(seed, seed=seed, column=low) }}
    where {{ if_readable(type, seed ~ '.' ~ low) }} > {{ if_readable(type, seed ~ '.' ~ high) }}

    union all
    {% endfor %}
    -- check: a category limit has a minimum or a maximum
    {{ mistaken_cells("'the limit has neither minimum nor maximum'", "'a minimum, a maximum, or both'") }}
    inner join category_limits
        on {{ same_row('category_limits', seed='category_limits', column='maximum') }}
    where category_limits.minimum is null and category_limits.maximum is null

    union all

    -- check: a category that is limited is that of a rule of the model
    {{ mistaken_cells(
        "cells.shown || ' is the category of no rule of this model'",
        "coalesce(known_categories.categories, 'nothing: no rule of this model has a category')",
    ) }}
    inner join category_limits
        on {{ same_row('category_limits', seed='category_limits', column='category') }}
    inner join known_ids
        on known_ids.seed = 'scoring_models' and category_limits.model_id = known_ids.id
    left join (
        select distinct
            model_id,
            category
        from scoring_rules
    ) as categories
        on category_limits.model_id = categories.model_id and category_limits.category = categories.category
    left join (
        select
            model_id,
            {{ listed('category') }} as categories
        from (
            select distinct
                model_id,
                category
            from scoring_rules
            where category is not null
        ) as distinct_categories
        group by model_id
    ) as known_categories
        on category_limits.model_id = known_categories.model_id
    where category_limits.category is not null and categories.category is null
{%- endmacro %}
