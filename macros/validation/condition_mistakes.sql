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
        "'operator ' || sound_conditions.operator || case when sound_conditions.takes = 'nothing' then ' takes no value' else ' needs a value' end",
        "case sound_conditions.takes when 'nothing' then 'an empty cell' when 'list' then 'values split at |' else 'a value' end",
    ) }}
    inner join sound_conditions
        on {{ same_row('sound_conditions', column='value') }}
    where (sound_conditions.takes = 'nothing') = (cells.value is not null)

    union all

    -- check: a value is of its field's type, each value of a list
    {{ mistaken_cells(
        shown('condition_values.part') ~ " || ' doesn''t suit ' || " ~ shown('condition_values.field') ~ " || ', which holds '"
            ~ " || condition_values.field_type || ' values'",
        _allowed_by_type('condition_values.field_type'),
    ) }}
    inner join condition_values
        on {{ same_row('condition_values', column='value') }}
    where
        (condition_values.field_type in ('decimal', 'integer') and {{ as_number('condition_values.part') }} is null)
        or (condition_values.field_type in ('timestamp', 'date') and not {{ can_be_read('timestamp', 'condition_values.part') }})
        or (condition_values.field_type = 'boolean' and lower(trim(condition_values.part)) not in ('true', 'false'))

    union all

    -- check: a pattern is a regular expression
    {{ mistaken_cells("cells.shown || ' is not a regular expression'", "'a regular expression like ^/blog/'") }}
    inner join sound_conditions
        on {{ same_row('sound_conditions', column='value') }}
    where sound_conditions.operator = 'matches' and cells.value is not null and not ({{ regexp_is_valid('cells.value') }})

    union all

    -- check: a band or RFM segment that is asked for exists
    {{ mistaken_cells(
        shown('condition_values.part') ~ " || ' is not a value of ' || " ~ shown('condition_values.field'),
        "coalesce(named_value_lists.names, 'nothing: there are none')",
    ) }}
    inner join condition_values
        on {{ same_row('condition_values', column='value') }}
    left join named_values
        on condition_values.field = named_values.field and condition_values.part = named_values.name
    left join named_value_lists on condition_values.field = named_value_lists.field
    where
        condition_values.operator in ('=', '!=', 'in', 'not in')
        and ({{ starts_with('condition_values.field', "'band.'") }} or {{ starts_with('condition_values.field', "'transition.'") }}
            or condition_values.field = 'rfm.rfm_segment')
        and named_values.name is null
{%- endmacro %}


{% macro _allowed_by_type(expression) -%}
    case {{ expression }}
            when 'boolean' then 'true, false'
            when 'decimal' then 'a number'
            when 'integer' then 'a number'
            else {{ literal(what_is_allowed('timestamp', {})) }}
        end
{%- endmacro %}


{% macro condition_values() -%}
    {# The values of conditions; those of a list, a row each. -#}
    select
        seed,
        row_number,
        field,
        field_type,
        operator,
        value as part
    from sound_conditions
    where takes = 'value' and value is not null

    union all

    select
        seed,
        row_number,
        field,
        field_type,
        operator,
        {{ explode_split('value', '|') }} as part
    from sound_conditions
    where takes = 'list' and value is not null
{%- endmacro %}


{% macro named_values() -%}
    {# The names that bands and RFM segments have, by the field that holds them. -#}
    {%- for kind in ['band', 'transition'] %}
    select
        {{ literal(kind ~ '.') }} || model_id as field,
        band_id as name
    from model_bands

    union all
    {% endfor %}
    select distinct
        'rfm.rfm_segment' as field,
        rfm_segment as name
    from rfm_segments
    where rfm_segment is not null
{%- endmacro %}


{% macro named_value_lists() -%}
    select
        field,
        {{ dbt.listagg(shown('name'), "', '", 'order by name', 50) }} as names
    from named_values
    group by field
{%- endmacro %}
