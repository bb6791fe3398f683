{% macro cell_mistakes() -%}
    {# What is wrong with a cell by itself, by the registry of the seeds. -#}
    -- check: a cell that is required is filled
    {{ mistaken_cells("'a value is required'", 'cells.allowed') }}
    where cells.is_required and cells.value is null

    union all

    -- check: a choice is one of its choices
    {{ mistaken_cells("cells.shown || ' is not known here'", 'cells.allowed') }}
    left join seed_choices
        on cells.seed = seed_choices.seed and cells.column_name = seed_choices.column_name and cells.value = seed_choices.choice
    where cells.column_type = 'choice' and cells.value is not null and seed_choices.choice is null

    {%- for type, problem in unreadable_names().items() %}

    union all

    -- check: {{ type }} cells can be read
    {{ mistaken_cells("cells.shown || ' " ~ problem ~ "'", 'cells.allowed') }}
    where cells.column_type = {{ literal(type) }} and cells.value is not null and not {{ can_be_read(type, 'cells.value') }}
    {%- endfor %}

    union all

    -- check: a number is within its range
    {{ mistaken_cells("cells.shown || ' is out of range'", 'cells.allowed') }}
    where
        cells.column_type in ('integer', 'decimal')
        and (
            {{ as_number('cells.value') }} <= cells.above
            or {{ as_number('cells.value') }} < cells.at_least
            or {{ as_number('cells.value') }} > cells.at_most
        )

    union all

    -- check: a duration is positive, and within the calendar
    {{ mistaken_cells(
        "cells.shown || case when " ~ regexp_matches('cells.value', '^ *0+ ') ~ " then ' is not positive' else ' is too long' end",
        'cells.allowed',
    ) }}
    where
        cells.column_type = 'duration'
        and not coalesce({{ duration_in_years('cells.value') }}, 1) between 1e-7 and 1000.01
{%- endmacro %}
