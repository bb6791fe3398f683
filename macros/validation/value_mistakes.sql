{% macro value_mistakes() -%}
    {# Values of conditions that can't be compared with the field, or never equal it. -#}
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
