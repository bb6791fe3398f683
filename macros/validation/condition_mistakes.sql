{% macro condition_mistakes() -%}
    {# Operators and values that don't suit the field. -#}
    -- check: an operator suits the type of its field
    {{ mistaken_cells(
        "cells.shown || ' doesn''t suit ' || " ~ shown('resolved_fields.field') ~ " || ', which holds '"
            ~ " || resolved_fields.field_type || ' values'",
        'operator_lists.operators',
    ) }}
    inner join resolved_fields
        on {{ same_row('resolved_fields', column='operator') }}
    inner join field_contexts
        on resolved_fields.context = field_contexts.context and resolved_fields.kind = field_contexts.kind
    inner join operator_lists on resolved_fields.field_type = operator_lists.field_type
    inner join (select distinct operator from operator_types) as operators on cells.value = operators.operator
    left join operator_types
        on cells.value = operator_types.operator and resolved_fields.field_type = operator_types.field_type
    where operator_types.operator is null

    union all

    -- check: a value stands where the operator takes one, and nowhere else
    {{ mistaken_cells(
        "'operator ' || sound_conditions.operator"
            ~ " || case when sound_conditions.takes = 'nothing' then ' takes no value' else ' needs a value' end",
        "case sound_conditions.takes when 'nothing' then 'an empty cell' when 'list' then 'values split at |' else 'a value' end",
    ) }}
    inner join sound_conditions
        on {{ same_row('sound_conditions', column='value') }}
    where (sound_conditions.takes = 'nothing') = (cells.value is not null)
{%- endmacro %}
